"""What the files of a Redmine of our own say."""

DATABASE = """\
production:
  adapter: sqlite3
  database: {file}
  encoding: utf8
  timeout: 10000
"""

# Mails become files, one an address, in which they stand one behind the other.
MAIL = """\
production:
  email_delivery:
    delivery_method: :file
    file_settings:
      location: {folder}
"""

# Mails are made before the answer is sent, so that they can be counted as soon as it is there.
RACK = """\
require '/usr/share/redmine/config/environment'
ActiveJob::Base.queue_adapter = :inline
ActionMailer::MailDeliveryJob.queue_adapter = :inline
run Rails.application
"""

FIRST = """\
Redmine::DefaultData::Loader.load(ENV['LANGUAGE'])
Setting.default_language = ENV['LANGUAGE']
Setting.mail_from = 'redmine@example.com'
admin = User.find_by!(login: 'admin')
admin.update!(must_change_passwd: false, language: ENV['LANGUAGE'], mail_notification: 'none')
admin.update_columns(hashed_password: User.hash_password(
  "#{admin.salt}#{User.hash_password('admin')}"))
Token.create!(user: admin, action: 'api').update!(value: ENV['ADMIN_KEY'])
"""
