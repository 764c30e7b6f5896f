# Encryption at rest: SSE-SQS unless a key is asked for; a key serves this topic's deliveries alone.

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
  fleet    = "www"
  hosts    = { "web-1" = {} }
  receipts = true
}

run "queues_are_encrypted_without_a_key" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.host["web-1"], aws_sqs_queue.dead, aws_sqs_queue.receipts[0]] : queue.sqs_managed_sse_enabled
    ])
    error_message = "A queue is not encrypted."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_sns_topic.this.kms_master_key_id == null
    error_message = "A key was made that nobody asked for."
  }
}

run "key_of_ones_own_encrypts_topic_and_queues" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  assert {
    condition = alltrue([
      for key in [
        aws_sns_topic.this.kms_master_key_id, aws_sqs_queue.dead.kms_master_key_id,
        aws_sqs_queue.host["web-1"].kms_master_key_id, aws_sqs_queue.receipts[0].kms_master_key_id,
      ] : key == "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    ])
    error_message = "Topic or queue is not encrypted with the key."
  }

  assert {
    condition = [for statement in jsondecode(output.policies.hosts["web-1"]).Statement : statement if statement.Sid == "UseKeyForQueues"] == jsondecode(<<-JSON
      [{"Sid": "UseKeyForQueues", "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
        "Condition": {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}}]
    JSON
    )
    error_message = output.policies.hosts["web-1"]
  }

  assert {
    condition = [for statement in jsondecode(output.policies.publisher).Statement : statement if statement.Sid == "UseKeyForTopic"] == jsondecode(<<-JSON
      [{"Sid": "UseKeyForTopic", "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
        "Condition": {"StringEquals": {"kms:ViaService": ["sns.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]}}}]
    JSON
    )
    error_message = output.policies.publisher
  }

  assert {
    condition = jsondecode(output.policies.kms_grant) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "AllowTopicsToWrite", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*",
         "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
         "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}}}
      ]}
    JSON
    )
    error_message = output.policies.kms_grant
  }
}

run "host_without_receipts_only_decrypts" {
  command = plan

  variables {
    receipts = false
    kms      = { key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  assert {
    condition     = [for statement in jsondecode(output.policies.hosts["web-1"]).Statement : statement.Action if statement.Sid == "UseKeyForQueues"] == ["kms:Decrypt"]
    error_message = output.policies.hosts["web-1"]
  }
}

run "made_key_serves_this_topic_and_its_account" {
  command = plan

  variables {
    kms = { create = true }
  }

  assert {
    condition = jsondecode(aws_kms_key.this[0].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "AllowTopicsToWrite", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*",
         "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
         "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:towncrier-www"}}},
        {"Sid": "AllowAccountToAdminister", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}
      ]}
    JSON
    )
    error_message = "key: ${aws_kms_key.this[0].policy}"
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_alias.this[0].name == "alias/towncrier-www"
    error_message = "The key is not rotated, or has not the fleet's alias."
  }
}
