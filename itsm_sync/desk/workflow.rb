# A tracker's status transitions. A role without a workflow can change no status at all.
class ItsmSyncWorkflow
  # itil: our trackers; statuses: ours, the first is where a ticket begins; wanted: their ways.
  def initialize(tracker, itil, statuses, wanted)
    @tracker = tracker
    @itil = itil
    @ours = statuses
    @wanted = wanted
  end

  # Lets the role do every transition; close and reopen too, where no tracker knows how.
  def open_all(role)
    ends = ours? ? IssueStatus.where(is_closed: true).to_a : []
    add(role, (statuses + ends).uniq.permutation(2))
  end

  # Lets the role go people's ways, except between statuses that its workflow has already: people may
  # have made it narrower since.
  def open_ways(role)
    known = WorkflowTransition.where(of_both(role)).pluck(:old_status_id, :new_status_id).flatten
    add(role, ways.reject { |old, new| known.include?(old.id) && known.include?(new.id) })
  end

  # The roles that edit tickets; they know nothing of our trackers.
  def editors
    ours? ? Role.givable.select { |role| role.has_permission?(:edit_issues) } : []
  end

  private

  def ours?
    @itil.include?(@tracker)
  end

  def statuses
    used = IssueStatus.where(id: [@tracker.default_status_id, *@tracker.issue_status_ids]).to_a
    ours? ? (used + @ours + usual).uniq : used
  end

  # The statuses that the other trackers know: Redmine's default ones, or the house's own.
  def usual
    others = Tracker.all.to_a - @itil
    IssueStatus.where(id: others.flat_map(&:issue_status_ids)).to_a
  end

  # Those of the tracker's stages, where it has some; else any.
  def ways
    return statuses.permutation(2) unless ours?

    named = @wanted['ways'][@tracker.name]
    return [@ours.first, *usual].uniq.permutation(2) unless named

    staged = named.flat_map { |old, reached| called(old).product(reached.flat_map { called(_1) }) }
    # a ticket with a status of another tracker begins anew
    staged + (statuses - staged.flatten).product([@ours.first])
  end

  # The status of that name; for an end that this Redmine calls otherwise, all that close.
  def called(name)
    found = IssueStatus.where(name: name).to_a
    return found unless found.empty? && @wanted['ends'].include?(name)

    IssueStatus.where(is_closed: true).to_a
  end

  def of_both(role)
    { tracker_id: @tracker.id, role_id: role.id }
  end

  def add(role, pairs)
    there = WorkflowTransition.where(of_both(role)).where(author: false, assignee: false)
                              .pluck(:old_status_id, :new_status_id)
    missing = pairs.map { |old, new| [old.id, new.id] }.uniq - there
    rows = missing.reject { |old, new| old == new }.map do |old, new|
      of_both(role).merge(old_status_id: old, new_status_id: new, type: 'WorkflowTransition')
    end
    WorkflowRule.insert_all!(rows) if rows.any?
  end
end
