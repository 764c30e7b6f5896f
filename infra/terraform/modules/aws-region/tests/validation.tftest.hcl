# What is refused before anything is made. Each is told with its remedy; see error_message in variables.tf.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  fleet = "www"
}

run "what_lies_just_within_the_bounds_is_taken" {
  command = plan

  variables {
    fleet                      = "abcdefghijklmnopqrstuvwxyz_-0123"
    hosts                      = { (join("", [for i in range(37) : "x"])) = { filter_policy = "{}" } }
    message_retention_seconds  = 1209600
    receive_wait_time_seconds  = 0
    visibility_timeout_seconds = 43200
    max_receive_count          = 1000
    filter_policy              = jsonencode({ region = [{ anything-but = ["us"] }, { exists = false }] })
    publisher_principals       = ["arn:aws:iam::123456789012:root", "arn:aws-us-gov:iam::123456789012:user/team/cms@example.org"]
    endpoint                   = "http://127.0.0.1:4566"
  }
}

run "fleet_with_a_blank" {
  command = plan

  variables {
    fleet = "my fleet"
  }

  expect_failures = [var.fleet]
}

run "fleet_of_33_letters" {
  command = plan

  variables {
    fleet = "abcdefghijklmnopqrstuvwxyzabcdefg"
  }

  expect_failures = [var.fleet]
}

run "two_hosts_with_one_queue" {
  command = plan

  variables {
    hosts = { "web.1" = {}, "web-1" = {} }
  }

  expect_failures = [var.hosts]
}

run "host_that_no_tag_can_hold" {
  command = plan

  variables {
    hosts = { "web 1" = {} }
  }

  expect_failures = [var.hosts]
}

run "host_called_as_the_dead_letter_queue" {
  command = plan

  variables {
    hosts = { "dead" = {} }
  }

  expect_failures = [var.hosts]
}

run "host_called_as_the_receipts" {
  command = plan

  variables {
    hosts = { "receipts" = {} }
  }

  expect_failures = [var.hosts]
}

run "queue_of_81_characters" {
  command = plan

  variables {
    hosts = { (join("", [for i in range(67) : "x"])) = {} }
  }

  expect_failures = [var.hosts]
}

run "fifo_queue_of_81_characters" {
  command = plan

  variables {
    fifo  = true
    hosts = { (join("", [for i in range(62) : "x"])) = {} }
  }

  expect_failures = [var.hosts]
}

run "filter_of_a_host_that_is_no_object" {
  command = plan

  variables {
    hosts = { "web-1" = { filter_policy = "[]" } }
  }

  expect_failures = [var.hosts]
}

run "filter_that_is_no_json" {
  command = plan

  variables {
    filter_policy = "host=www"
  }

  expect_failures = [var.filter_policy]
}

run "filter_scope_that_sns_does_not_know" {
  command = plan

  variables {
    filter_policy_scope = "Header"
  }

  expect_failures = [var.filter_policy_scope]
}

run "filter_that_loses_messages_without_the_attribute" {
  command = plan

  variables {
    filter_policy = jsonencode({ region = [{ anything-but = ["us"] }] })
  }

  expect_failures = [check.filters_keep_messages_without_the_attribute]
}

run "publisher_that_is_anybody" {
  command = plan

  variables {
    publisher_principals = ["*"]
  }

  expect_failures = [var.publisher_principals]
}

run "publisher_with_a_wildcard" {
  command = plan

  variables {
    publisher_principals = ["arn:aws:iam::123456789012:role/*"]
  }

  expect_failures = [var.publisher_principals]
}

run "publisher_that_is_a_queue" {
  command = plan

  variables {
    publisher_principals = ["arn:aws:sqs:eu-west-1:123456789012:cms"]
  }

  expect_failures = [var.publisher_principals]
}

run "retention_of_59_seconds" {
  command = plan

  variables {
    message_retention_seconds = 59
  }

  expect_failures = [var.message_retention_seconds]
}

run "retention_above_14_days" {
  command = plan

  variables {
    message_retention_seconds = 1209601
  }

  expect_failures = [var.message_retention_seconds]
}

run "retention_of_half_a_second" {
  command = plan

  variables {
    message_retention_seconds = 60.5
  }

  expect_failures = [var.message_retention_seconds]
}

run "wait_above_20_seconds" {
  command = plan

  variables {
    receive_wait_time_seconds = 21
  }

  expect_failures = [var.receive_wait_time_seconds]
}

run "visibility_of_nothing" {
  command = plan

  variables {
    visibility_timeout_seconds = 0
  }

  expect_failures = [var.visibility_timeout_seconds]
}

run "visibility_above_12_hours" {
  command = plan

  variables {
    visibility_timeout_seconds = 43201
  }

  expect_failures = [var.visibility_timeout_seconds]
}

run "dead_before_it_was_received" {
  command = plan

  variables {
    max_receive_count = 0
  }

  expect_failures = [var.max_receive_count]
}

run "key_by_its_alias" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/mine" }
  }

  expect_failures = [var.kms]
}

run "key_made_and_given" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1" }
  }

  expect_failures = [var.kms]
}

run "alarm_by_name" {
  command = plan

  variables {
    alarms = { actions = ["on-call"] }
  }

  expect_failures = [var.alarms]
}

run "alarm_after_a_second" {
  command = plan

  variables {
    alarms = { oldest_message_seconds = 1 }
  }

  expect_failures = [var.alarms]
}

run "fifo_topic_of_another_region" {
  command = plan

  variables {
    fifo            = true
    peer_topic_arns = ["arn:aws:sns:us-east-1:123456789012:towncrier-www"]
  }

  expect_failures = [var.peer_topic_arns]
}

run "fifo_queue_of_another_region" {
  command = plan

  variables {
    fifo            = true
    peer_queue_arns = { us = "arn:aws:sqs:us-east-1:123456789012:towncrier-www-us-1" }
  }

  expect_failures = [var.peer_queue_arns]
}

run "peer_topic_with_a_wildcard" {
  command = plan

  variables {
    peer_topic_arns = ["arn:aws:sns:*:123456789012:towncrier-www"]
  }

  expect_failures = [var.peer_topic_arns]
}

run "peer_queue_that_is_a_topic" {
  command = plan

  variables {
    peer_queue_arns = { us = "arn:aws:sns:us-east-1:123456789012:towncrier-www" }
  }

  expect_failures = [var.peer_queue_arns]
}

run "endpoint_with_a_path" {
  command = plan

  variables {
    endpoint = "http://127.0.0.1:4566/000000000000"
  }

  expect_failures = [var.endpoint]
}
