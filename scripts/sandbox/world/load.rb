# Loads the ABC world (sample data) into a Redmine that holds nothing else. Nobody and nothing of
# these names is meant. Run by `rails runner`; what is there is left as it is.
#
# SANDBOX_WORLD      the file redmine.json that `python -m sandbox.world` writes
# SANDBOX_PASSWORD   the password of all sample people, else the file's

require 'json'

class AbcWorld
  MODULES = %w[issue_tracking wiki news].freeze
  # What a journal's line is called, by the world's word for the field.
  PROPERTIES = { 'status' => 'status_id', 'assignee' => 'assigned_to_id' }.freeze

  def initialize
    @world = JSON.parse(File.read(ENV.fetch('SANDBOX_WORLD'), encoding: 'UTF-8'))
    ActionMailer::Base.perform_deliveries = false
  end

  # People, groups and projects: needs Redmine's default data in Korean, nothing else.
  def organisation
    ActiveRecord::Base.transaction do
      settings
      people
      projects
      groups
      reporters
    end
    puts "organisation: #{@world['people'].size} people, #{@world['projects'].size} projects"
  end

  # Tickets, versions and wiki pages: needs the organisation and the ITIL trackers.
  def tickets
    ActiveRecord::Base.transaction do
      names
      versions_and_categories
      field = customer_field
      if loaded?
        puts 'tickets: there already'
      else
        issues
        journals
        relations
        customers(field)
        puts "tickets: #{@world['tickets'].size}"
      end
      wiki_pages
    end
  end

  private

  # ---------------------------------------------------------------- organisation

  def settings
    { 'user_format' => :lastnamefirstname, 'app_title' => 'ABC 서비스 데스크 (샘플)' }
      .each { |name, value| Setting[name] = value unless Setting[name].to_s == value.to_s }
  end

  def people
    password = ENV['SANDBOX_PASSWORD'].to_s
    password = @world['password'] if password.empty?
    @world['people'].each do |told|
      next if User.find_by_login(told['login'])

      person = User.new(told.slice('lastname', 'firstname', 'mail', 'language'))
      person.login = told['login']
      person.password = person.password_confirmation = password
      person.save!
    end
  end

  def projects
    @world['projects'].each do |told|
      next if Project.exists?(identifier: told['identifier'])

      project = Project.new(identifier: told['identifier'], name: told['name'],
                            description: told['description'], is_public: false)
      project.enabled_module_names = MODULES
      project.trackers = Tracker.sorted.to_a
      project.save!
      project.set_parent!(Project.find_by!(identifier: told['parent'])) if told['parent']
      told['categories'].each { |name| project.issue_categories.create!(name: name) }
      project.update_columns(status: Project::STATUS_CLOSED) if told['closed']
    end
  end

  def groups
    role = Role.givable.find_by!(name: '개발자')
    @world['groups'].each do |told|
      group = Group.givable.find_by(lastname: told['name']) || Group.create!(lastname: told['name'])
      group.users << (User.where(login: told['members']).to_a - group.users.to_a)
      each_project(told['name']) { |project| join(project, group, role) }
    end
  end

  def reporters
    role = Role.givable.find_by!(name: '보고자')
    @world['people'].select { |told| told['reporter'] }.each do |told|
      person = User.find_by_login(told['login'])
      each_project { |project| join(project, person, role) unless inner.include?(project.identifier) }
    end
  end

  def inner
    @world['projects'].select { |told| told['inner'] }.map { |told| told['identifier'] }
  end

  # The projects that are everybody's, or of the group of that name alone.
  def each_project(group = nil, &block)
    named = @world['projects'].select { |told| [nil, group].include?(told['group']) }
    Project.where(identifier: named.map { |told| told['identifier'] }).each(&block)
  end

  def join(project, principal, role)
    return if Member.exists?(project_id: project.id, user_id: principal.id)

    Member.create!(project: project, principal: principal, roles: [role])
  end

  # ---------------------------------------------------------------- tickets

  # The ids of all names in use; a name that is missing ends it all, with what to do.
  def names
    @projects = Project.pluck(:identifier, :id).to_h
    @trackers = Tracker.pluck(:name, :id).to_h
    @statuses = IssueStatus.pluck(:name, :id).to_h
    @priorities = IssuePriority.shared.pluck(:name, :id).to_h
    @people = User.where.not(login: '').pluck(:login, :id).to_h
    missing('project', @projects, 'project', 'load the organisation first')
    missing('tracker', @trackers, 'tracker', 'run `itsm-sync provision` first')
    missing('status', @statuses, 'status', "load Redmine's default data in Korean")
    missing('priority', @priorities, 'priority', "load Redmine's default data in Korean")
    missing('author', @people, 'person', 'load the organisation first')
  end

  def missing(key, known, word, cure)
    gone = @world['tickets'].map { |told| told[key] }.uniq - known.keys
    abort "no #{word} #{gone.join(', ')}: #{cure}" if gone.any?
  end

  def versions_and_categories
    @world['versions'].each do |told|
      project = Project.find(@projects.fetch(told['project']))
      next if project.versions.exists?(name: told['name'])

      project.versions.create!(name: told['name'], status: told['status'],
                               effective_date: told['due'], description: told['description'])
    end
    @versions = Version.pluck(:project_id, :name, :id).to_h { |on, name, id| [[on, name], id] }
    @categories = IssueCategory.pluck(:project_id, :name, :id)
                               .to_h { |on, name, id| [[on, name], id] }
  end

  def customer_field
    told = @world['customer_field']
    IssueCustomField.find_by(name: told['name']) ||
      IssueCustomField.create!(name: told['name'], field_format: 'list', visible: true,
                               possible_values: told['values'], is_for_all: true, is_filter: true,
                               trackers: Tracker.all.to_a)
  end

  # Whether the tickets are there; ends it all where others stand at their numbers.
  def loaded?
    first, last = @world['tickets'].values_at(0, -1)
    return false if Issue.where(id: first['id']..last['id']).none?
    return true if Issue.find_by(id: first['id'])&.description == first['description']

    abort 'this Redmine has other tickets: the world needs a fresh one'
  end

  def issues
    @world['tickets'].each_slice(200) { |told| Issue.insert_all!(told.map { |one| row(one) }) }
    ActiveRecord::Base.connection.try(:reset_pk_sequence!, 'issues')
    below = @world['tickets'].select { |told| told['parent'] }
    below.each do |told|
      Issue.where(id: told['id']).update_all(parent_id: told['parent'], root_id: told['parent'])
    end
    below.map { |told| told['parent'] }.uniq.each { |root| Issue.rebuild_single_tree!(root) }
  end

  def row(told)
    project = @projects.fetch(told['project'])
    {
      id: told['id'], root_id: told['id'], lft: 1, rgt: 2, lock_version: 0, project_id: project,
      tracker_id: @trackers.fetch(told['tracker']), status_id: @statuses.fetch(told['status']),
      priority_id: @priorities.fetch(told['priority']), author_id: @people.fetch(told['author']),
      assigned_to_id: told['assignee'] && @people.fetch(told['assignee']),
      category_id: told['category'] && @categories.fetch([project, told['category']]),
      fixed_version_id: told['version'] && @versions.fetch([project, told['version']]),
      subject: told['subject'], description: told['description'], is_private: told['private'],
      start_date: told['start'], due_date: told['due'], done_ratio: told['done_ratio'],
      created_on: told['created'], updated_on: told['updated'], closed_on: told['closed']
    }
  end

  def journals
    id = Journal.maximum(:id).to_i
    told = @world['tickets'].flat_map do |ticket|
      ticket['journals'].map { |journal| journal.merge('id' => id += 1, 'ticket' => ticket['id']) }
    end
    told.each_slice(500) { |some| Journal.insert_all!(some.map { |one| journal_row(one) }) }
    ActiveRecord::Base.connection.try(:reset_pk_sequence!, 'journals')
    lines = told.flat_map { |one| one['changes'].map { |change| line(one['id'], change) } }
    lines.each_slice(500) { |some| JournalDetail.insert_all!(some) }
  end

  def journal_row(told)
    row = { id: told['id'], journalized_id: told['ticket'], journalized_type: 'Issue',
            user_id: @people.fetch(told['author']), notes: told['notes'],
            private_notes: told['private'], created_on: told['at'] }
    Journal.column_names.include?('updated_on') ? row.merge(updated_on: told['at']) : row
  end

  def line(journal, change)
    ids = change['field'] == 'status' ? @statuses : @people
    old, new = change.values_at('old', 'new').map { |name| name.empty? ? nil : ids.fetch(name).to_s }
    { journal_id: journal, property: 'attr', prop_key: PROPERTIES.fetch(change['field']),
      old_value: old, value: new }
  end

  def relations
    rows = @world['tickets'].flat_map do |told|
      told['relations'].map do |relation|
        { issue_from_id: told['id'], issue_to_id: relation['to'], relation_type: relation['kind'] }
      end
    end
    IssueRelation.insert_all!(rows) if rows.any?
  end

  def customers(field)
    rows = @world['tickets'].select { |told| told['customer'] }.map do |told|
      { customized_type: 'Issue', customized_id: told['id'], custom_field_id: field.id,
        value: told['customer'] }
    end
    CustomValue.insert_all!(rows) if rows.any?
  end

  # ---------------------------------------------------------------- wiki

  def wiki_pages
    @world['wiki_pages'].each do |told|
      project = Project.find(@projects.fetch(told['project']))
      wiki = project.wiki || Wiki.create!(project: project, start_page: 'Wiki')
      title = Wiki.titleize(told['title'])
      next if wiki.pages.exists?(title: title)

      write(wiki, title, told)
    end
  end

  def write(wiki, title, told)
    page = wiki.pages.new(title: title)
    page.parent = wiki.pages.find_by(title: Wiki.titleize(told['parent'])) if told['parent']
    page.content = WikiContent.new(page: page, text: told['text'], comments: '처음 씀',
                                   author: User.find(@people.fetch(told['author'])))
    page.save_with_content(page.content)
    page.update_columns(created_on: told['at'])
    page.content.update_columns(updated_on: told['at'])
    page.content.versions.update_all(updated_on: told['at'])
  end
end
