# The text of every policy, from the real provider. Nothing is called: the keys are fake, and a plan needs only the account's number.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  fleet = "www"
  hosts = { "web-1" = {}, "web-2" = {} }
}

run "queue_takes_only_what_this_topic_sends_and_only_over_tls" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.host["web-1"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DenyWithoutTls", "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-web-1",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Sid": "AllowTopic", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-web-1",
         "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}}}
      ]}
    JSON
    )
    error_message = "host queue: ${aws_sqs_queue.host["web-1"].policy}"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dead.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DenyWithoutTls", "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-dead",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Sid": "AllowTopic", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-dead",
         "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}}}
      ]}
    JSON
    )
    error_message = "dead-letter queue: ${aws_sqs_queue.dead.policy}"
  }
}

run "topic_of_no_named_publisher_allows_nobody" {
  command = plan

  assert {
    condition = jsondecode(aws_sns_topic.this.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DenyWithoutTls", "Effect": "Deny", "Principal": "*",
         "Action": ["sns:Subscribe", "sns:SetTopicAttributes", "sns:RemovePermission", "sns:Publish", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes", "sns:DeleteTopic", "sns:AddPermission"],
         "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
      ]}
    JSON
    )
    error_message = "topic: ${aws_sns_topic.this.policy}"
  }
}

run "topic_lets_the_named_publishers_publish_and_nothing_else" {
  command = plan

  variables {
    publisher_principals = ["arn:aws:iam::210987654321:role/cms"]
  }

  assert {
    condition = [for statement in jsondecode(aws_sns_topic.this.policy).Statement : statement if statement.Effect == "Allow"] == jsondecode(<<-JSON
      [{"Sid": "AllowPublishers", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:role/cms"}, "Action": "sns:Publish",
        "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}]
    JSON
    )
    error_message = "topic: ${aws_sns_topic.this.policy}"
  }

  assert {
    condition     = contains([for statement in jsondecode(aws_sns_topic.this.policy).Statement : statement.Sid], "DenyWithoutTls")
    error_message = "The topic takes messages without TLS."
  }
}

run "nobody_is_allowed_by_a_wildcard" {
  command = plan

  variables {
    publisher_principals = ["arn:aws:iam::210987654321:role/cms"]
    receipts             = true
    peer_topic_arns      = ["arn:aws:sns:us-east-1:123456789012:towncrier-www"]
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat([aws_sns_topic.this.policy, aws_sqs_queue.dead.policy, aws_sqs_queue.receipts[0].policy], values(aws_sqs_queue.host)[*].policy) : [
        for statement in jsondecode(policy).Statement : statement.Effect == "Deny" || !can(regex("[*]", jsonencode(statement.Principal)))
      ]
    ]))
    error_message = "A resource's policy allows somebody by a wildcard."
  }

  assert {
    condition = alltrue([
      for policy in concat([aws_sns_topic.this.policy, aws_sqs_queue.dead.policy, aws_sqs_queue.receipts[0].policy], values(aws_sqs_queue.host)[*].policy) :
      anytrue([for statement in jsondecode(policy).Statement : statement.Effect == "Deny" && jsonencode(try(statement.Condition, null)) == jsonencode({ Bool = { "aws:SecureTransport" = "false" } })])
    ])
    error_message = "A resource can be used without TLS."
  }
}

run "peer_topics_may_send_to_the_hosts_and_not_to_the_dead_letters" {
  command = plan

  variables {
    peer_topic_arns = ["arn:aws:sns:us-east-1:123456789012:towncrier-www"]
  }

  assert {
    condition = [
      for statement in jsondecode(aws_sqs_queue.host["web-2"].policy).Statement : sort(statement.Condition.ArnEquals["aws:SourceArn"]) if statement.Sid == "AllowTopic"
    ][0] == tolist(["arn:aws:sns:eu-west-1:123456789012:towncrier-www", "arn:aws:sns:us-east-1:123456789012:towncrier-www"])
    error_message = "host queue: ${aws_sqs_queue.host["web-2"].policy}"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_sqs_queue.dead.policy).Statement : statement.Condition.ArnEquals["aws:SourceArn"] if statement.Sid == "AllowTopic"
    ][0] == "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
    error_message = "dead-letter queue: ${aws_sqs_queue.dead.policy}"
  }
}

run "arns_are_of_the_partition_of_the_region" {
  command = plan

  providers = { aws = aws.china }

  assert {
    condition     = output.topic_arn == "arn:aws-cn:sns:cn-north-1:123456789012:towncrier-www"
    error_message = "topic_arn: ${output.topic_arn}"
  }

  assert {
    condition     = output.host_queue_arns["web-1"] == "arn:aws-cn:sqs:cn-north-1:123456789012:towncrier-www-web-1"
    error_message = "queue: ${output.host_queue_arns["web-1"]}"
  }
}

provider "aws" {
  alias                       = "china"
  region                      = "cn-north-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}
