# Sample data for tests: the ABC project tree, people of both teams and outside, their API keys.
Setting.user_format = :lastnamefirstname
Setting.default_projects_public = '1'

parents = {}
[%w[abc ABC시스템], ['abc-app', 'ABC 애플리케이션'], ['abc-infra', 'ABC 인프라'],
 ['abc-biz', 'ABC 사업'], ['abc-legacy', 'ABC 구시스템']].each do |identifier, name|
  project = Project.create!(identifier: identifier, name: name, trackers: Tracker.all.to_a,
                            enabled_module_names: %w[issue_tracking wiki])
  project.set_parent!(parents['abc']) if parents['abc']
  parents[identifier] = project
end
# As services.yaml tells the services of one project apart.
{ 'abc' => %w[문서], 'abc-app' => %w[API 배치 모바일] }.each do |identifier, names|
  names.each { |name| IssueCategory.create!(project: parents[identifier], name: name) }
end
# Where the IT planning team alone sees what is private of its services.
secret = Project.create!(identifier: 'abc-sec', name: 'ABC 보안', trackers: Tracker.all.to_a,
                         is_public: false, enabled_module_names: %w[issue_tracking wiki])
secret.set_parent!(parents['abc'])

teams = { 'IT기획팀' => [%w[seojun 김 서준], %w[haeun 이 하은]],
          '신사업팀' => [%w[sua 강 수아], %w[minjae 조 민재]],
          nil => [%w[yujin 한 유진]] }
teams.each do |team, people|
  people.each do |login, last, first|
    user = User.new(firstname: first, lastname: last, mail: "#{login}@example.com",
                    language: 'ko', mail_notification: 'only_my_events')
    user.login = login
    user.password = user.password_confirmation = "#{login}-password"
    user.save!
    Token.create!(user: user, action: 'api')
    Group.find_or_create_by!(lastname: team).users << user if team
  end
end

reporter = Role.givable.find_by!(name: '보고자')
parents.each_value do |project|
  Member.create!(project: project, principal: User.find_by_login('yujin'), roles: [reporter])
end
