# Loads Redmine once and forks a process of it, in seconds less, for each line of JSON that asks for
# one: a server of an instance, or a script within it. A line of JSON answers: the process's number,
# or the script's exit status.

%w[cli launcher single cluster binder server minissl rack/builder].each do |part|
  require "puma/#{part}"
end
require 'json'
require 'tmpdir'
require '/usr/share/redmine/config/environment'

# Be of the instance that the environment names: what was read of another one at the start is read
# or set again.
def move(environment)
  ENV.replace(environment)
  root = Redmine.root
  Rails.logger.reopen(root.join('log', 'production.log').to_s)
  Redmine::Configuration.load
  database = YAML.load_file(root.join('config', 'database.yml'))['production']
  ActiveRecord::Base.establish_connection(database)
  Rails.cache = ActiveSupport::Cache.lookup_store(:file_store, root.join('tmp', 'cache').to_s)
  ActionController::Base.cache_store = Rails.cache
  Attachment.storage_path = root.join('files').to_s
  Attachment.thumbnails_storage_path = root.join('tmp', 'thumbnails').to_s
  Redmine::PluginLoader.public_directory = root.join('public', 'plugin_assets')
  Setting.clear_cache
end

# Whoever starts a server forgets about it: it ends by itself.
def live(seconds)
  Thread.new do
    sleep seconds
    Process.kill(:TERM, Process.pid)
    sleep 10
    Process.kill(:KILL, Process.pid)
  end
end

def born(asked)
  fork do
    Process.setsid
    $stdin.reopen(File::NULL)
    $stdout.reopen(asked['out'], 'a')
    $stderr.reopen(asked['err'], 'a')
    $stdout.sync = $stderr.sync = true
    move(asked['environment'])
    if asked['serve']
      live(asked['lifetime'])
      Puma::CLI.new(asked['serve']).run
    else
      $0 = asked['script']
      load asked['script']
    end
  end
end

Dir.chdir('/usr/share/redmine')
answers = $stdout.dup # what the forked say must not go there
answers.close_on_exec = true
$stdin.each_line do |line|
  ActiveRecord::Base.clear_all_connections!
  asked = JSON.parse(line)
  number = born(asked)
  if asked['serve']
    answers.puts(number)
  else
    Process.wait(number)
    answers.puts($?.exitstatus || 128 + $?.termsig)
  end
  answers.flush
  nil while Process.waitpid(-1, Process::WNOHANG)
rescue Errno::ECHILD
  next # none is left
end
