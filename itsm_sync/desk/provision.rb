# Makes on a Redmine what its REST API can't make. Safe to run twice: what is there is kept, what is
# missing is added; nothing is taken away. All of it happens, or nothing.
#
#   cd REDMINE && RAILS_ENV=production bundle exec rails runner THIS_FILE
#
# ITSM_SYNC_BOT_KEY        the bot's API key (one is made where neither this nor an older one is)
# ITSM_SYNC_BOT_KEY_FILE   a file (0600) that gets the key; without it a new key is printed once
#
# Prints one JSON document: the ids of what is there now, and what a person should look at.

require 'json'

CONFIGURATION = JSON.parse(<<'ITSM_SYNC_CONFIGURATION')
@CONFIGURATION@
ITSM_SYNC_CONFIGURATION

@WORKFLOW@
# One run over the configuration.
class ItsmSyncProvision
  # What the bot may do: see everything of its projects, edit tickets, write private notes.
  BOT_RIGHTS = %i[
    view_project search_project view_members view_issues add_issues edit_issues add_issue_notes
    edit_own_issue_notes view_private_notes set_notes_private set_issues_private
    manage_issue_relations manage_subtasks view_issue_watchers add_issue_watchers
    delete_issue_watchers view_wiki_pages view_wiki_edits view_changesets browse_repository
    view_files view_documents view_news view_time_entries
  ].freeze

  # What a team may do in a project where its group has no role yet.
  TEAM_RIGHTS = %i[
    view_project search_project view_members view_issues add_issues edit_issues add_issue_notes
    edit_own_issue_notes view_private_notes set_notes_private set_own_issues_private
    manage_issue_relations manage_subtasks view_issue_watchers add_issue_watchers
    delete_issue_watchers save_queries view_wiki_pages view_wiki_edits edit_wiki_pages
    view_changesets browse_repository view_files view_documents view_news view_calendar view_gantt
    view_time_entries log_time
  ].freeze

  # What the bot writes beside our fields on the tickets that it opens.
  WRITTEN = %w[subject description priority_id due_date assigned_to_id].freeze

  def initialize(configuration)
    @wanted = configuration
    @warnings = []
    @answer = {}
  end

  def run
    ActiveRecord::Base.transaction do
      settings
      find_projects
      statuses_and_trackers if @wanted['itil']
      roles
      transitions
      groups
      bot
      fields
      read_only
      queries
    end
    hand_over_key
    puts JSON.generate(@answer.merge('warnings' => @warnings))
  end

  private

  # The API, teams as assignees, and a problem beside its incidents in other projects.
  def settings
    names = %w[rest_api_enabled issue_group_assignment cross_project_issue_relations]
    names.each { |name| Setting[name] = '1' unless Setting[name].to_s == '1' }
    @answer['settings'] = names.to_h { |name| [name, Setting[name].to_s] }
  end

  # The configured projects and all below them, closed ones too, archived ones not.
  def find_projects
    @roots = @wanted['projects'].filter_map do |identifier|
      project = Project.find_by(identifier: identifier)
      @warnings << "no project #{identifier}: make it and run this again" unless project
      project
    end
    @projects = @roots.flat_map { |root| root.self_and_descendants.to_a }
                      .uniq.reject { |project| project.status == Project::STATUS_ARCHIVED }
    @answer['projects'] = @projects.to_h { |project| [project.identifier, project.id] }
  end

  # ---------------------------------------------------------------- trackers and their workflow

  def statuses_and_trackers
    @statuses = @wanted['itil']['statuses'].map { |name| find_or_make(IssueStatus, name) }
    @itil = @wanted['itil']['trackers'].map do |name|
      tracker = Tracker.find_by(name: name) ||
                Tracker.create!(name: name, default_status: @statuses.first)
      @projects.each { |project| project.trackers << tracker if project.trackers.exclude?(tracker) }
      warn_of_lacking(tracker)
      tracker
    end
    @answer['statuses'] = @statuses.to_h { |status| [status.name, status.id] }
  end

  def warn_of_lacking(tracker)
    lacking = tracker.disabled_core_fields & WRITTEN
    return if lacking.empty?

    @warnings << "the tracker #{tracker.name} has no #{lacking.join(', ')}: " \
                 'what is opened there has none'
  end

  def find_or_make(kind, name)
    kind.find_by(name: name) || kind.create!(name: name)
  end

  def roles
    @bot_role = role(@wanted['bot']['role'], BOT_RIGHTS + @wanted['bot']['rights'].map(&:to_sym),
                     issues_visibility: 'all', assignable: false)
    @team_role = role(@wanted['team_role'], TEAM_RIGHTS,
                      issues_visibility: 'default', assignable: true)
    @answer['roles'] = [@bot_role, @team_role].to_h { |role| [role.name, role.id] }
  end

  def role(name, rights, attributes)
    role = Role.givable.find_by(name: name) || Role.new({ name: name }.merge(attributes))
    known = Redmine::AccessControl.permissions.map(&:name)
    role.permissions = (role.permissions + (rights & known)).uniq
    role.save!
    role
  end

  def transitions
    Tracker.all.each do |tracker|
      workflow = ItsmSyncWorkflow.new(tracker, @itil || [], @statuses || [], @wanted['itil'])
      workflow.open_all(@bot_role)
      workflow.open_ways(@team_role)
      workflow.editors.each { |role| workflow.open_ways(role) unless role == @bot_role }
    end
    @answer['trackers'] = Tracker.sorted.to_h { |tracker| [tracker.name, tracker.id] }
  end

  # ---------------------------------------------------------------- people

  def groups
    @answer['groups'] = @wanted['groups'].to_h do |name|
      group = Group.givable.find_by(lastname: name) || Group.create!(lastname: name)
      @projects.each do |project|
        join(project, group, @team_role) if meant?(project, name) && !works_in?(project, group)
      end
      [name, group.id]
    end
  end

  # What is private is not shown to a team that has no part in it.
  def meant?(project, name)
    @wanted['private'].fetch(project.identifier, [name]).include?(name)
  end

  def works_in?(project, group)
    member = Member.find_by(project: project, principal: group)
    member.present? && member.roles.any?(&:assignable?)
  end

  def join(project, principal, role)
    member = Member.find_or_initialize_by(project: project, principal: principal)
    return if member.roles.include?(role)

    member.roles << role
    member.save!
  end

  def bot
    @bot = User.find_by_login(@wanted['bot']['login']) || make_bot
    @warnings << "#{@bot.login} is an administrator: it must not be one" if @bot.admin?
    @warnings << "#{@bot.login} is locked" unless @bot.active?
    @projects.each { |project| join(project, @bot, @bot_role) }
    watch_nothing
    @new_key = give_key
    @answer['bot'] = { 'id' => @bot.id, 'login' => @bot.login, 'role' => @bot_role.name }
  end

  def make_bot
    first, last = 'itsm-sync', @wanted['bot']['name']
    # the parts are put so that the whole reads "itsm-sync ..." in the house's own order of names
    first, last = last, first if Setting.user_format.to_s.start_with?('lastname')
    bot = User.new(firstname: first, lastname: last, mail: @wanted['bot']['mail'],
                   language: @wanted['language'], mail_notification: 'none')
    bot.login = @wanted['bot']['login']
    bot.random_password
    bot.save!
    bot
  end

  # Redmine makes who edits a ticket its watcher; not the bot.
  def watch_nothing
    pref = @bot.pref
    return unless pref.respond_to?(:auto_watch_on=) && pref.auto_watch_on.any?(&:present?)

    pref.auto_watch_on = []
    pref.save!
  end

  # Gives the bot the key of the environment, or one of its own; answers a key that is new.
  def give_key
    token = Token.find_by(user: @bot, action: 'api')
    wanted = ENV['ITSM_SYNC_BOT_KEY'].to_s.strip
    return if token && (wanted.empty? || token.value == wanted)

    raise 'ITSM_SYNC_BOT_KEY is shorter than 20 characters' if wanted.size.between?(1, 19)

    token ||= Token.create!(user: @bot, action: 'api')
    token.update!(value: wanted) unless wanted.empty?
    token.value
  end

  def hand_over_key
    file = ENV['ITSM_SYNC_BOT_KEY_FILE'].to_s
    if !file.empty?
      File.open(file, File::WRONLY | File::CREAT | File::TRUNC, 0o600) do |out|
        out.chmod(0o600) if File.file?(file)
        out.write("#{@bot.reload.api_key}\n")
      end
      @answer['bot']['key_file'] = file
    elsif @new_key
      @answer['bot']['key'] = @new_key
    end
  end

  # ---------------------------------------------------------------- fields

  def fields
    @fields = @wanted['fields'].to_h { |wanted| [wanted['word'], field(wanted)] }
    @answer['fields'] = @fields.transform_values(&:id)
  end

  def field(wanted)
    field = find_field(wanted) || IssueCustomField.new(new_field(wanted))
    if field.field_format != wanted['format']
      raise "the field #{field.name} is a #{field.field_format}, not a #{wanted['format']}: " \
            'rename it, or name another in the settings'
    end
    if wanted['values']
      field.possible_values = (wanted['values'] + (field.possible_values || [])).uniq
    end
    field.is_for_all = false if field.new_record?
    field.is_filter = true
    field.trackers |= Tracker.all.to_a
    field.projects |= @projects unless field.is_for_all?
    field.save!
    field
  end

  def find_field(wanted)
    return IssueCustomField.find(wanted['id']) if wanted['id']

    IssueCustomField.find_by(name: wanted['name'])
  end

  # No default value: a decision that nobody took is empty.
  def new_field(wanted)
    { name: wanted['name'], field_format: wanted['format'], description: wanted['description'],
      possible_values: wanted['values'], is_required: false, is_filter: true, visible: true,
      searchable: wanted['searchable'], full_width_layout: wanted['full_width'] ? '1' : '0' }.compact
  end

  # What follows from decisions is read-only to everybody but the bot.
  def read_only
    derived = @fields.values_at(*@wanted['read_only']).compact.map { |field| field.id.to_s }
    rules = (Role.all.to_a - [@bot_role]).product(Tracker.all.to_a, IssueStatus.all.to_a, derived)
    there = WorkflowPermission.where(field_name: derived)
                              .pluck(:role_id, :tracker_id, :old_status_id, :field_name).to_set
    missing = rules.map { |role, tracker, status, name| [role.id, tracker.id, status.id, name] }
                   .reject { |rule| there.include?(rule) }
                   .map do |role, tracker, status, name|
      { role_id: role, tracker_id: tracker, old_status_id: status, new_status_id: 0,
        field_name: name, rule: 'readonly', type: 'WorkflowPermission' }
    end
    missing.each_slice(500) { |slice| WorkflowRule.insert_all!(slice) }
    bots = WorkflowPermission.where(role_id: @bot_role.id)
    bots.where(field_name: @fields.values.map { |f| f.id.to_s }).delete_all
    bots.where(field_name: WRITTEN, rule: 'readonly').delete_all
  end

  # ---------------------------------------------------------------- saved queries

  # In each project, because a query of a project is not offered in its subprojects.
  def queries
    @answer['queries'] = @projects.flat_map do |project|
      @wanted['queries'].map { |wanted| query(project, wanted).id }
    end
  end

  def query(project, wanted)
    found = IssueQuery.find_by(project: project, name: wanted['name'])
    return found if found

    query = IssueQuery.new(project: project, name: wanted['name'])
    query.user = User.active.find_by(admin: true) || @bot
    query.visibility = Query::VISIBILITY_PUBLIC
    query.filters = { 'status_id' => { operator: 'o', values: [''] } }
    wanted['filters'].each do |word, operator, values|
      query.filters["cf_#{@fields.fetch(word).id}"] = { operator: operator, values: values }
    end
    query.column_names = %i[id project tracker status priority subject] +
                         wanted['columns'].map { |word| :"cf_#{@fields.fetch(word).id}" } +
                         %i[assigned_to updated_on]
    query.save!
    query
  end
end

ItsmSyncProvision.new(CONFIGURATION).run
