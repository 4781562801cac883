# Shows texts as Redmine does: each as a note of a ticket, in a project that has everything that a
# text can name. Reads {mark-up: [text]}, writes {mark-up: [[html, logins mentioned]]}.
User.current = User.find_by!(login: 'admin')
project = Project.find('abc-app')
unless project.repository
  project.enabled_module_names |= %w[repository documents boards news]
  repository = Repository::Subversion.create!(project: project, url: 'file:///x', identifier: 'svn',
                                              is_default: true)
  Changeset.create!(repository: repository, revision: '12', scmid: '12', committed_on: Time.now)
  Version.create!(project: project, name: '1.0')
  Document.create!(project: project, title: 'abc', category: DocumentCategory.first)
  News.create!(project: project, title: 'abc', description: 'x', author: User.current)
  Board.create!(project: project, name: 'abc', description: 'x')
  Wiki.create!(project: project, start_page: 'Wiki') unless project.wiki
  12.times do |n|
    Issue.create!(project: project, tracker: project.trackers.first, author: User.current,
                  subject: "견본 #{n}", priority: IssuePriority.first)
  end
  Attachment.create!(container: Issue.last, filename: 'x.png', author: User.current, filesize: 1,
                     digest: 'x', disk_filename: 'x')
end
controller = IssuesController.new
controller.request = ActionDispatch::TestRequest.create
view = controller.view_context
shown = JSON.parse(File.read(ENV['TEXTS'])).to_h do |markup, texts|
  Setting.text_formatting = markup == 'none' ? '' : markup
  [markup, texts.map do |text|
    note = Journal.new(journalized: Issue.last, user: User.current, notes: text)
    [view.textilizable(note, :notes).to_s, note.send(:scan_for_mentioned_users, text)]
  rescue NoMethodError # Redmine's own Textile breaks on `<notextile>x</notextile> <redpre#1>`
    ['<broken>', []]
  end]
end
File.write(ENV['SHOWN'], JSON.generate(shown))
