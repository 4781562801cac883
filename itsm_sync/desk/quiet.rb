# Sets the fields of a plan of itsm-sync without a single mail, with a journal entry of the bot's on
# each ticket. Safe to run twice: a ticket that is no longer as the plan saw it is left alone.
#
#   cd REDMINE && RAILS_ENV=production bundle exec rails runner THIS_FILE
#
# Let no `itsm-sync sync` run between making this file and running it: what that writes is left
# alone here, and mails. Redmine's own rules hold: who the bot is, its rights, the workflow, the
# values of a list. Redmine mails nothing of it; nor does this process, whatever a plugin asks for.
# What a plugin or a webhook does beside mails is theirs.
#
# All of the plan is in it, what caps would hold too: look before you run it.
#
# Prints one JSON document: the tickets that were written, those that moved since (and what moved),
# the fields that the bot may not write, and what Redmine said where it took nothing.

# itsm-sync의 계획을 메일 한 통 없이 일감에 씁니다. 일감마다 봇의 이력이 남고, 그 사이 바뀐 일감은 건드리지 않으며,
# 다시 실행해도 됩니다. 한도가 보류할 것까지 계획 전체가 들어 있으니 먼저 읽어 보십시오. 만든 뒤 실행할 때까지
# `itsm-sync sync`를 돌리지 마십시오.

require 'json'

PLAN = JSON.parse(<<'ITSM_SYNC_PLAN')
@PLAN@
ITSM_SYNC_PLAN

# One run over the plan.
class ItsmSyncQuietly
  UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.freeze

  def initialize(plan)
    @plan = plan
    @bot = User.active.find_by(id: plan['bot']) || raise("no active user #{plan['bot']}: the bot")
    @written = []
    @left = { 'moved' => {}, 'refused' => {}, 'failed' => {} }
  end

  def run
    ActionMailer::Base.perform_deliveries = false
    User.current = @bot
    @bot.pref.auto_watch_on = [] if @bot.pref.respond_to?(:auto_watch_on=) # not saved
    @plan['tickets'].each { |wanted| alone(wanted) }
    puts JSON.generate({ 'written' => @written }.merge(@left))
  end

  private

  # One ticket in a transaction of its own: what is wrong with it is told, and stops no other.
  def alone(wanted)
    Issue.transaction { edit(wanted) }
  rescue StandardError => e
    @left['failed'][wanted['id']] = ["#{e.class}: #{e.message[0, 200]}"]
  end

  def edit(wanted)
    issue = Issue.lock.find_by(id: wanted['id'])
    moved = issue ? moved(issue, wanted) : ['deleted']
    return @left['moved'][wanted['id']] = moved if moved.any?

    issue.init_journal(@bot)
    issue.current_journal.notify = false
    issue.send(:safe_attributes=, attributes(wanted), @bot)
    save(issue, wanted)
  end

  # What is no longer as the plan saw it: the place, the planned fields, a decision.
  def moved(issue, wanted)
    found = []
    found << 'closed' if issue.closed? && !wanted['closed']
    found << 'pinned' if wanted['pin'] && shown(issue, wanted['pin']) == '1'
    found << 'project' if issue.project_id != wanted['project']
    found << 'tracker' if issue.tracker_id != wanted['tracker']
    found + wanted['seen'].filter_map { |name, seen| name if shown(issue, seen['id']) != seen['value'] }
  end

  # A field's value as it is compared; the assignee's has no id.
  def shown(issue, id)
    normal(id ? issue.custom_field_value(id) : issue.assigned_to_id)
  end

  # As itsm-sync compares: composed, one kind of line end, no trailing blanks.
  def normal(value)
    return value.map { |part| normal(part) }.sort.join("\n") if value.is_a?(Array)

    text = value.to_s.scrub('').gsub(UNFIT, '').unicode_normalize(:nfc).gsub(/\r\n?/, "\n")
    text.gsub(/[ \t\u3000]+$/, '').gsub(/\A[[:space:]]+|[[:space:]]+\z/, '')
  end

  # As Redmine's own API takes them: what the bot may not write is dropped.
  def attributes(wanted)
    custom, own = wanted['fields'].values.partition { |field| field['id'] }
    values = custom.to_h { |field| [field['id'].to_s, field['value']] }
    { 'custom_field_values' => values }.merge(own.to_h { |f| ['assigned_to_id', f['value']] })
  end

  def save(issue, wanted)
    refused = wanted['fields'].reject { |_, field| shown(issue, field['id']) == field['value'] }.keys
    @left['refused'][wanted['id']] = refused if refused.any?
    return if refused.size == wanted['fields'].size
    return @written << wanted['id'] if issue.save

    @left['refused'].delete(wanted['id'])
    @left['failed'][wanted['id']] = issue.errors.full_messages
  end
end

ItsmSyncQuietly.new(PLAN).run
