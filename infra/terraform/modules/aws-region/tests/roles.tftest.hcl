# What each party's role may do, word by word, from the real provider and without a call.

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

run "host_reads_exactly_its_own_queue" {
  command = plan

  assert {
    condition = jsondecode(output.policies.hosts["web-2"]) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "ReadOwnQueue", "Effect": "Allow",
         "Action": ["sqs:ReceiveMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-web-2"}
      ]}
    JSON
    )
    error_message = output.policies.hosts["web-2"]
  }
}

run "publisher_publishes_and_nothing_else" {
  command = plan

  assert {
    condition = jsondecode(output.policies.publisher) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "Publish", "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}
      ]}
    JSON
    )
    error_message = output.policies.publisher
  }
}

run "with_receipts_agents_send_and_publishers_read" {
  command = plan

  variables {
    receipts = true
  }

  assert {
    condition = [for statement in jsondecode(output.policies.hosts["web-1"]).Statement : statement if statement.Sid != "ReadOwnQueue"] == jsondecode(<<-JSON
      [{"Sid": "SendReceipts", "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-receipts"}]
    JSON
    )
    error_message = output.policies.hosts["web-1"]
  }

  assert {
    condition = [for statement in jsondecode(output.policies.publisher).Statement : statement if statement.Sid != "Publish"] == jsondecode(<<-JSON
      [{"Sid": "ReadReceipts", "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-receipts"}]
    JSON
    )
    error_message = output.policies.publisher
  }
}

run "autoscaled_host_makes_and_reads_queues_of_its_fleet_for_this_topic" {
  command = plan

  variables {
    autoscaling = true
  }

  assert {
    condition = jsondecode(output.policies.autoscaling) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "RemoveQueuesOfAgents", "Effect": "Allow", "Action": "sqs:DeleteQueue",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*",
         "Condition": {"StringEquals": {"aws:ResourceTag/towncrier:made-by": "agent", "aws:ResourceTag/towncrier:fleet": "www"}}},
        {"Sid": "FindSubscriptions", "Effect": "Allow", "Action": "sns:ListSubscriptionsByTopic",
         "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"},
        {"Sid": "EndSubscriptions", "Effect": "Allow", "Action": ["sns:Unsubscribe", "sns:GetSubscriptionAttributes"], "Resource": "*"},
        {"Sid": "MakeAndReadQueuesOfTheFleet", "Effect": "Allow",
         "Action": ["sqs:ReceiveMessage", "sqs:ListQueueTags", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:DeleteMessage", "sqs:CreateQueue", "sqs:ChangeMessageVisibility"],
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*"},
        {"Sid": "ChangeQueuesOfAgents", "Effect": "Allow", "Action": ["sqs:TagQueue", "sqs:SetQueueAttributes"],
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*",
         "Condition": {"StringNotEquals": {"aws:ResourceTag/towncrier:made-by": "terraform"}}},
        {"Sid": "SubscribeToThisTopic", "Effect": "Allow", "Action": "sns:Subscribe",
         "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www",
         "Condition": {"StringEquals": {"sns:Protocol": "sqs"}, "StringLike": {"sns:Endpoint": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*"}}},
        {"Sid": "RepairSubscription", "Effect": "Allow", "Action": "sns:SetSubscriptionAttributes", "Resource": "*"}
      ]}
    JSON
    )
    error_message = output.policies.autoscaling
  }
}

run "reaper_sees_and_removes_and_makes_nothing" {
  command = plan

  assert {
    condition = jsondecode(output.policies.reaper) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "RemoveQueuesOfAgents", "Effect": "Allow", "Action": "sqs:DeleteQueue",
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*",
         "Condition": {"StringEquals": {"aws:ResourceTag/towncrier:made-by": "agent", "aws:ResourceTag/towncrier:fleet": "www"}}},
        {"Sid": "FindSubscriptions", "Effect": "Allow", "Action": "sns:ListSubscriptionsByTopic",
         "Resource": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"},
        {"Sid": "EndSubscriptions", "Effect": "Allow", "Action": ["sns:Unsubscribe", "sns:GetSubscriptionAttributes"], "Resource": "*"},
        {"Sid": "SeeQueuesOfTheFleet", "Effect": "Allow", "Action": ["sqs:ListQueueTags", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
         "Resource": "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-*"},
        {"Sid": "ListQueues", "Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
      ]}
    JSON
    )
    error_message = output.policies.reaper
  }
}

run "only_actions_without_a_resource_are_allowed_on_every_resource" {
  command = plan

  variables {
    autoscaling = true
    receipts    = true
  }

  assert {
    condition = toset(flatten([
      for policy in concat(values(output.policies.hosts), [output.policies.publisher, output.policies.autoscaling, output.policies.reaper]) : [
        for statement in jsondecode(policy).Statement : statement.Action if statement.Resource == "*"
      ]
    ])) == toset(["sns:Unsubscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sqs:ListQueues"])
    error_message = "A policy allows an action everywhere that could be held to a queue or a topic."
  }
}
