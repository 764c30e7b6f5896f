locals {
  # SQS takes at most ten queues by name, and the names of queues that agents make are not known.
  named_sources = length(var.hosts) <= 10 && !var.autoscaling

  redrive_allow = local.named_sources && length(var.hosts) > 0 ? {
    redrivePermission = "byQueue"
    sourceQueueArns   = values(local.queue_arns)
    } : {
    redrivePermission = local.named_sources ? "denyAll" : "allowAll"
    sourceQueueArns   = null
  }
}

# Policy, redrive and redrive-allow stand inside the queues: as resources of their own each costs 25 seconds more.
resource "aws_sqs_queue" "dead" {
  name       = local.dead_name
  fifo_queue = var.fifo

  # 14 days, SQS's most: a message's age goes on counting from when it was published.
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = local.with_kms ? null : true
  kms_master_key_id         = local.kms_key_arn
  policy                    = data.aws_iam_policy_document.written["dead"].json
  redrive_allow_policy      = jsonencode({ for name, value in local.redrive_allow : name => value if value != null })
  tags                      = local.tags
}

resource "aws_sqs_queue" "host" {
  for_each = var.hosts

  name                  = local.queue_names[each.key]
  fifo_queue            = var.fifo
  deduplication_scope   = var.fifo ? "messageGroup" : null
  fifo_throughput_limit = var.fifo ? "perMessageGroupId" : null

  message_retention_seconds  = var.message_retention_seconds
  receive_wait_time_seconds  = var.receive_wait_time_seconds
  visibility_timeout_seconds = var.visibility_timeout_seconds
  sqs_managed_sse_enabled    = local.with_kms ? null : true
  kms_master_key_id          = local.kms_key_arn
  policy                     = data.aws_iam_policy_document.written["host:${each.key}"].json
  redrive_policy = jsonencode({
    deadLetterTargetArn = local.dead_arn
    maxReceiveCount     = var.max_receive_count
  })
  tags = merge(local.tags, { "towncrier:host" = each.key })

  # SQS refuses a redrive to a queue that is not there.
  depends_on = [aws_sqs_queue.dead]
}

resource "aws_sqs_queue" "receipts" {
  count = var.receipts ? 1 : 0

  name = local.receipts_name

  # A receipt is waited for for seconds: an hour is for whoever looks afterwards.
  message_retention_seconds = 3600
  receive_wait_time_seconds = var.receive_wait_time_seconds
  sqs_managed_sse_enabled   = local.with_kms ? null : true
  kms_master_key_id         = local.kms_key_arn
  policy                    = data.aws_iam_policy_document.tls["receipts"].json
  tags                      = local.tags
}
