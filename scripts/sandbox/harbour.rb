# Sample data for tests: the projects of the example Harbour, people of its teams and outside.
Setting.default_projects_public = '1'

projects = [%w[shop Shop], %w[warehouse Warehouse]].map do |identifier, name|
  Project.create!(identifier: identifier, name: name, trackers: Tracker.all.to_a,
                  enabled_module_names: %w[issue_tracking wiki])
end

teams = { 'Service Desk' => %w[priya Priya Nair], 'Platform' => %w[grace Grace Okoro],
          'Product' => %w[ana Ana Reyes], nil => %w[noor Noor Aziz] }
teams.each do |team, (login, first, last)|
  user = User.new(firstname: first, lastname: last, mail: "#{login}@example.com",
                  language: 'en', mail_notification: 'only_my_events')
  user.login = login
  user.password = user.password_confirmation = "#{login}-password"
  user.save!
  Token.create!(user: user, action: 'api')
  Group.find_or_create_by!(lastname: team).users << user if team
end

reporter = Role.givable.find_by!(name: 'Reporter')
projects.each do |project|
  Member.create!(project: project, principal: User.find_by_login('noor'), roles: [reporter])
end
