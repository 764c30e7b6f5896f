# Names, redrive, subscriptions and alarms as they come out of an apply, with a provider that makes nothing.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_region" {
    defaults = { id = "eu-west-1", name = "eu-west-1" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:towncrier-www" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:123456789012:mocked", url = "https://sqs.eu-west-1.amazonaws.com/123456789012/mocked" }
  }
}

variables {
  fleet = "www"
}

run "names_and_tags" {
  command = apply

  variables {
    hosts = { "web-1" = {}, "cache.eu.2" = {} }
    tags  = { owner = "web", "towncrier:made-by" = "somebody" }
  }

  assert {
    condition     = aws_sns_topic.this.name == "towncrier-www" && aws_sqs_queue.dead.name == "towncrier-www-dead" && length(aws_sqs_queue.receipts) == 0
    error_message = "The topic or the dead-letter queue has another name, or there is a queue for receipts."
  }

  assert {
    condition     = { for host, queue in aws_sqs_queue.host : host => queue.name } == { "web-1" = "towncrier-www-web-1", "cache.eu.2" = "towncrier-www-cache-eu-2" }
    error_message = "A host's queue is not towncrier-FLEET-HOST."
  }

  assert {
    condition     = aws_sqs_queue.host["cache.eu.2"].tags == tomap({ owner = "web", "towncrier:fleet" = "www", "towncrier:host" = "cache.eu.2", "towncrier:made-by" = "terraform" })
    error_message = "A queue's tags do not say whose it is, and the agents' reaper goes by them."
  }

  assert {
    condition     = output.host_queues["cache.eu.2"].arn == "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-cache-eu-2" && output.topic_arn == "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
    error_message = "An ARN is not built from the name."
  }
}

run "queues_wait_and_keep_as_documented" {
  command = apply

  variables {
    hosts = { "web-1" = {} }
  }

  assert {
    condition = (
      aws_sqs_queue.host["web-1"].message_retention_seconds == 345600 && aws_sqs_queue.host["web-1"].receive_wait_time_seconds == 20 &&
      aws_sqs_queue.host["web-1"].visibility_timeout_seconds == 30 && aws_sqs_queue.dead.message_retention_seconds == 1209600
    )
    error_message = "A default differs from its documentation."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.host["web-1"].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-dead", maxReceiveCount = 5 }
    error_message = "Poison does not go to the dead-letter queue after five receives."
  }
}

run "ten_hosts_are_named_to_the_dead_letter_queue" {
  command = apply

  variables {
    hosts = { for i in range(10) : "web-${i}" => {} }
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead.redrive_allow_policy).redrivePermission == "byQueue" && length(jsondecode(aws_sqs_queue.dead.redrive_allow_policy).sourceQueueArns) == 10
    error_message = "Ten hosts are not named: ${aws_sqs_queue.dead.redrive_allow_policy}"
  }
}

run "eleven_hosts_are_more_than_sqs_can_name" {
  command = apply

  variables {
    hosts = { for i in range(11) : "web-${i}" => {} }
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead.redrive_allow_policy) == { redrivePermission = "allowAll" }
    error_message = "SQS takes at most ten: ${aws_sqs_queue.dead.redrive_allow_policy}"
  }
}

run "queues_that_agents_make_may_use_the_dead_letter_queue" {
  command = apply

  variables {
    autoscaling = true
    hosts       = { "web-1" = {} }
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead.redrive_allow_policy) == { redrivePermission = "allowAll" }
    error_message = "Their names are not known here: ${aws_sqs_queue.dead.redrive_allow_policy}"
  }
}

run "without_hosts_nobody_uses_the_dead_letter_queue" {
  command = apply

  assert {
    condition     = jsondecode(aws_sqs_queue.dead.redrive_allow_policy) == { redrivePermission = "denyAll" } && length(aws_sqs_queue.host) == 0
    error_message = "redrive_allow: ${aws_sqs_queue.dead.redrive_allow_policy}"
  }
}

run "subscriptions_are_raw_and_keep_what_cannot_be_delivered" {
  command = apply

  variables {
    hosts           = { "web-1" = {} }
    peer_queue_arns = { "america-us-1" = "arn:aws:sqs:us-east-1:123456789012:towncrier-www-us-1" }
  }

  assert {
    condition = alltrue([
      for subscription in [aws_sns_topic_subscription.host["web-1"], aws_sns_topic_subscription.peer["america-us-1"]] :
      subscription.raw_message_delivery && subscription.protocol == "sqs" && subscription.filter_policy == null &&
      jsondecode(subscription.redrive_policy).deadLetterTargetArn == "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-dead"
    ])
    error_message = "A subscription wraps its messages, filters them, or drops what it cannot deliver."
  }

  assert {
    condition     = aws_sns_topic_subscription.peer["america-us-1"].endpoint == "arn:aws:sqs:us-east-1:123456789012:towncrier-www-us-1"
    error_message = "The other region's queue is not subscribed."
  }
}

run "filter_of_a_host_goes_before_that_of_the_fleet" {
  command = apply

  variables {
    hosts = {
      "web-1" = {}
      "web-2" = { filter_policy = jsonencode({ host = ["two.example.org"] }) }
    }
    filter_policy       = jsonencode({ host = ["www.example.org"] })
    filter_policy_scope = "MessageBody"
  }

  assert {
    condition     = { for host, s in aws_sns_topic_subscription.host : host => jsondecode(s.filter_policy).host[0] } == { "web-1" = "www.example.org", "web-2" = "two.example.org" }
    error_message = "A host hears by another one's filter."
  }

  assert {
    condition     = alltrue([for s in values(aws_sns_topic_subscription.host) : s.filter_policy_scope == "MessageBody"])
    error_message = "The filters look at attributes, not at the body."
  }
}

run "fifo_names_end_as_sqs_wants_them" {
  command = apply

  variables {
    fifo     = true
    receipts = true
    hosts    = { "web-1" = {} }
  }

  assert {
    condition = (
      aws_sns_topic.this.name == "towncrier-www.fifo" && aws_sqs_queue.dead.name == "towncrier-www-dead.fifo" &&
      aws_sqs_queue.host["web-1"].name == "towncrier-www-web-1.fifo" && aws_sqs_queue.receipts[0].name == "towncrier-www-receipts"
    )
    error_message = "A FIFO name does not end with .fifo, or receipts became FIFO."
  }

  assert {
    condition     = aws_sns_topic.this.fifo_topic && aws_sqs_queue.host["web-1"].fifo_queue && aws_sns_topic.this.content_based_deduplication != true
    error_message = "Two purges of one page within five minutes would be one."
  }
}

run "alarms_ring_by_default" {
  command = apply

  variables {
    hosts  = { "web-1" = {}, "web-2" = {} }
    alarms = { actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"] }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.dead[0].metric_name == "ApproximateNumberOfMessagesVisible" && aws_cloudwatch_metric_alarm.dead[0].threshold == 0 &&
      aws_cloudwatch_metric_alarm.dead[0].dimensions == tomap({ QueueName = "towncrier-www-dead" })
    )
    error_message = "Dead letters ring nowhere."
  }

  assert {
    condition = alltrue([
      for host, alarm in aws_cloudwatch_metric_alarm.oldest :
      alarm.metric_name == "ApproximateAgeOfOldestMessage" && alarm.threshold == 300 && alarm.dimensions == tomap({ QueueName = "towncrier-www-${host}" }) &&
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:on-call"]) && alarm.treat_missing_data == "notBreaching"
    ]) && length(aws_cloudwatch_metric_alarm.oldest) == 2
    error_message = "A host that does not read rings nowhere."
  }
}

run "alarms_can_be_left_out" {
  command = apply

  variables {
    hosts  = { "web-1" = {} }
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.dead) + length(aws_cloudwatch_metric_alarm.oldest) == 0
    error_message = "There are alarms although they are off."
  }
}
