# Somebody who changes tickets meanwhile, ten times a second, each as its own transaction, until the
# file STOP is there; at once after the file TIE is, many tickets within one second. WROTE gets a
# line for each: the ticket, when its time was taken, when it was committed.
stop, tie, wrote = ENV.fetch('STOP'), ENV.fetch('TIE'), File.open(ENV.fetch('WROTE'), 'w')
chance = Random.new(3)
every = Issue.order(:id).pluck(:id)
tied = every.first(Integer(ENV.fetch('TIED')))
clock = -> { Process.clock_gettime(Process::CLOCK_REALTIME) }
due = clock.call
until File.exist?(stop)
  if File.exist?(tie)
    File.delete(tie)
    sleep(0.05) while clock.call % 1 > 0.4
    at = clock.call
    moment = Time.at(at).utc
    Issue.transaction do
      tied.each_with_index { |id, n| Issue.where(id: id).update_all(updated_on: moment + (n * 1e-4)) }
    end
    committed = clock.call
    tied.each { |id| wrote.puts("#{id} #{at} #{committed}") }
  end
  ticket = every[chance.rand(every.size)]
  at = clock.call
  Issue.where(id: ticket).update_all(updated_on: Time.at(at).utc)
  wrote.puts("#{ticket} #{at} #{clock.call}")
  wrote.flush
  due += 0.1
  sleep([due - clock.call, 0].max)
end
