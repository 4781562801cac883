# Sample data for benches: many tickets of the ABC projects with texts as people write them, closed
# for the most part, and these with our fields filled as a year of service leaves them.
# NUMBER says how many, OPENED how many of them are open.
number, opened = Integer(ENV.fetch('NUMBER')), Integer(ENV.fetch('OPENED'))
chance = Random.new(7)
projects = Project.where(identifier: %w[abc-app abc-infra abc-biz]).order(:id).to_a
people = User.where(login: %w[seojun haeun sua minjae yujin]).order(:id).pluck(:id)
trackers = projects.map { |project| project.trackers.pluck(:id) }.reduce(:&).sort
closed_ones = IssueStatus.where(is_closed: true).order(:id).pluck(:id)
first_of = Tracker.where(id: trackers).to_h { |tracker| [tracker.id, tracker.default_status_id] }
priorities = IssuePriority.active.order(:position).pluck(:id).first(3)
words = %w[결제 화면에서 오류가 나고 다음 단계로 넘어가지 않습니다 배포 뒤에 로그인이 느려졌습니다 문서를
           고쳐 주십시오 서버 디스크가 모자랍니다 고객사에서 문의가 왔습니다 portal API timeout 502 build]
text = ->(most) { Array.new(most) { words[chance.rand(words.size)] }.join(' ') }
open_ones = (0...number).to_a.sample(opened, random: chance).to_set
step = 300 * 86_400 / number
first = Time.at(Time.now.to_i - (310 * 86_400)).utc
start = Issue.maximum(:id).to_i + 1
fields = IssueCustomField.where(field_format: 'list').order(:id).to_a
total = 0
(0...number).each_slice(1_000) do |some|
  rows = some.map do |n|
    made = first + (n * step) + chance.rand(step)
    at = made + chance.rand(800_000)
    tracker = trackers[n % trackers.size]
    over = !open_ones.include?(n)
    { id: start + n, root_id: start + n, lft: 1, rgt: 2, lock_version: 0, done_ratio: 0,
      project_id: projects[n % projects.size].id, tracker_id: tracker,
      status_id: over ? closed_ones[chance.rand(closed_ones.size)] : first_of[tracker],
      priority_id: priorities[chance.rand(priorities.size)],
      author_id: people[chance.rand(people.size)], subject: "#{text.call(5)} (#{n})",
      description: text.call(90), is_private: false, created_on: made, updated_on: at,
      closed_on: over ? at : nil }
  end
  values = rows.select { |row| row[:closed_on] }.flat_map do |row|
    fields.reject { |field| field.possible_values.empty? }.map do |field|
      { customized_type: 'Issue', customized_id: row[:id], custom_field_id: field.id,
        value: field.possible_values[row[:id] % field.possible_values.size] }
    end
  end
  Issue.insert_all!(rows)
  CustomValue.insert_all!(values) unless values.empty?
  total += rows.size
end
puts total
