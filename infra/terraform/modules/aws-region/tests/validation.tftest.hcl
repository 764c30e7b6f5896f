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

run "host_that_is_no_name" {
  command = plan

  variables {
    hosts = { "web:1" = {} }
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

run "two_hosts_with_one_queue" {
  command = plan

  variables {
    hosts = { "web.1" = {}, "web-1" = {} }
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

run "filters_that_sns_does_not_read" {
  command = plan

  variables {
    hosts               = { "web-1" = { filter_policy = "[]" } }
    filter_policy       = "host=www"
    filter_policy_scope = "Header"
  }

  expect_failures = [var.hosts, var.filter_policy, var.filter_policy_scope]
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

run "just_below_the_bounds" {
  command = plan

  variables {
    message_retention_seconds  = 59
    receive_wait_time_seconds  = -1
    visibility_timeout_seconds = 0
    max_receive_count          = 0
    alarms                     = { oldest_message_seconds = 59 }
  }

  expect_failures = [var.message_retention_seconds, var.receive_wait_time_seconds, var.visibility_timeout_seconds, var.max_receive_count, var.alarms]
}

run "just_above_the_bounds" {
  command = plan

  variables {
    message_retention_seconds  = 1209601
    receive_wait_time_seconds  = 21
    visibility_timeout_seconds = 43201
    max_receive_count          = 1001
    alarms                     = { oldest_message_seconds = 1209601 }
  }

  expect_failures = [var.message_retention_seconds, var.receive_wait_time_seconds, var.visibility_timeout_seconds, var.max_receive_count, var.alarms]
}

run "no_whole_numbers" {
  command = plan

  variables {
    message_retention_seconds  = 60.5
    receive_wait_time_seconds  = 0.5
    visibility_timeout_seconds = 1.5
    max_receive_count          = 1.5
  }

  expect_failures = [var.message_retention_seconds, var.receive_wait_time_seconds, var.visibility_timeout_seconds, var.max_receive_count]
}

run "arns_that_are_none" {
  command = plan

  variables {
    kms             = { key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/mine" }
    alarms          = { actions = ["on-call"] }
    peer_topic_arns = ["arn:aws:sns:*:123456789012:towncrier-www"]
    peer_queue_arns = { us = "arn:aws:sns:us-east-1:123456789012:towncrier-www" }
    endpoint        = "http://127.0.0.1:4566/000000000000"
  }

  expect_failures = [var.kms, var.alarms, var.peer_topic_arns, var.peer_queue_arns, var.endpoint]
}

run "key_made_and_given" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1" }
  }

  expect_failures = [var.kms]
}

run "fifo_beyond_its_region" {
  command = plan

  variables {
    fifo            = true
    peer_topic_arns = ["arn:aws:sns:us-east-1:123456789012:towncrier-www"]
    peer_queue_arns = { us = "arn:aws:sqs:us-east-1:123456789012:towncrier-www-us-1" }
  }

  expect_failures = [var.peer_topic_arns, var.peer_queue_arns]
}
