# Sample data for benches: many tickets of the ABC projects, closed for the most part, with texts as
# people write them and our fields filled as a year of service leaves them. NUMBER says how many.
number = Integer(ENV.fetch('NUMBER'))
chance = Random.new(7)
projects = Project.where(identifier: %w[abc-app abc-infra abc-biz]).order(:id).to_a
people = User.where(login: %w[seojun haeun sua minjae yujin]).order(:id).pluck(:id)
trackers = projects.first.trackers.order(:id).pluck(:id)
statuses = IssueStatus.order(:id).to_a
open_ones, closed_ones = statuses.partition { |status| !status.is_closed }
priorities = IssuePriority.active.order(:id).pluck(:id)
words = %w[결제 화면에서 오류가 나고 다음 단계로 넘어가지 않습니다 배포 뒤에 로그인이 느려졌습니다 문서를
           고쳐 주십시오 서버 디스크가 모자랍니다 고객사에서 문의가 왔습니다 portal API timeout 502 build]
text = ->(most) { Array.new(most) { words[chance.rand(words.size)] }.join(' ') }
first = Time.utc(2025, 6, 1)
start = Issue.maximum(:id).to_i + 1
rows = Array.new(number) do |n|
  made = first + (n * 2_900) + chance.rand(2_000)
  closed = chance.rand < 0.85
  status = (closed ? closed_ones : open_ones)[chance.rand(closed ? closed_ones.size : open_ones.size)]
  at = made + chance.rand(900_000)
  { id: start + n, root_id: start + n, lft: 1, rgt: 2, lock_version: 0, done_ratio: closed ? 100 : 0,
    project_id: projects[n % projects.size].id, tracker_id: trackers[n % trackers.size],
    status_id: status.id, priority_id: priorities[chance.rand(priorities.size)],
    author_id: people[chance.rand(people.size)], subject: "#{text.call(5)} (#{n})",
    description: text.call(90), is_private: false, created_on: made, updated_on: at,
    closed_on: closed ? at : nil }
end
rows.each_slice(500) { |some| Issue.insert_all!(some) }
fields = IssueCustomField.where(field_format: 'list').order(:id).to_a
values = rows.flat_map do |row|
  fields.filter_map do |field|
    known = field.possible_values
    next if known.empty? || row[:closed_on].nil?

    { customized_type: 'Issue', customized_id: row[:id], custom_field_id: field.id,
      value: known[row[:id] % known.size] }
  end
end
values.each_slice(2_000) { |some| CustomValue.insert_all!(some) }
puts rows.size
