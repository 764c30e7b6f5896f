# What each party's role needs, as policy documents: attach them to the roles you have. See policies in the outputs.

locals {
  sqs_service = "sqs.${local.region}.${data.aws_partition.current.dns_suffix}"
  sns_service = "sns.${local.region}.${data.aws_partition.current.dns_suffix}"

  fleet_queues = "${local.queue_prefix}-*"
  read_queue   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
  send_receipt = ["sqs:GetQueueUrl", "sqs:SendMessage"]
}

data "aws_iam_policy_document" "host" {
  for_each = var.hosts

  source_policy_documents = [data.aws_iam_policy_document.agent.json]

  statement {
    sid       = "ReadOwnQueue"
    actions   = local.read_queue
    resources = [local.queue_arns[each.key]]
  }
}

# What every agent needs beside its queue; empty without receipts and without a key.
data "aws_iam_policy_document" "agent" {
  dynamic "statement" {
    for_each = var.receipts ? [local.receipts_arn] : []

    content {
      sid       = "SendReceipts"
      actions   = local.send_receipt
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = local.with_kms ? [local.kms_key_arn] : []

    content {
      sid       = "UseKeyForQueues"
      actions   = concat(["kms:Decrypt"], var.receipts ? ["kms:GenerateDataKey"] : [])
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [local.sqs_service]
      }
    }
  }
}

data "aws_iam_policy_document" "publisher" {
  statement {
    sid       = "Publish"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]
  }

  dynamic "statement" {
    for_each = var.receipts ? [local.receipts_arn] : []

    content {
      sid       = "ReadReceipts"
      actions   = local.read_queue
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = local.with_kms ? [local.kms_key_arn] : []

    content {
      sid       = "UseKeyForTopic"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = concat([local.sns_service], var.receipts ? [local.sqs_service] : [])
      }
    }
  }
}

# A host with 'queue: auto' makes, subscribes, reads and removes its own queue.
data "aws_iam_policy_document" "autoscaling" {
  source_policy_documents = [data.aws_iam_policy_document.agent.json, data.aws_iam_policy_document.remove.json]

  statement {
    sid       = "MakeAndReadQueuesOfTheFleet"
    actions   = concat(["sqs:CreateQueue", "sqs:ListQueueTags"], local.read_queue)
    resources = [local.fleet_queues]
  }

  # Not those that terraform made: whoever may tag them as an agent's may remove them.
  statement {
    sid       = "ChangeQueuesOfAgents"
    actions   = ["sqs:SetQueueAttributes", "sqs:TagQueue"]
    resources = [local.fleet_queues]

    condition {
      test     = "StringNotEquals"
      variable = "aws:ResourceTag/towncrier:made-by"
      values   = ["terraform"]
    }
  }

  statement {
    sid       = "SubscribeToThisTopic"
    actions   = ["sns:Subscribe"]
    resources = [local.topic_arn]

    condition {
      test     = "StringEquals"
      variable = "sns:Protocol"
      values   = ["sqs"]
    }

    condition {
      test     = "StringLike"
      variable = "sns:Endpoint"
      values   = [local.fleet_queues]
    }
  }

  # IAM knows no resource for a subscription.
  statement {
    sid       = "RepairSubscription"
    actions   = ["sns:SetSubscriptionAttributes"]
    resources = ["*"]
  }
}

# 'towncrier fleet ls' and 'fleet reap'.
data "aws_iam_policy_document" "reaper" {
  source_policy_documents = [data.aws_iam_policy_document.remove.json]

  statement {
    sid       = "SeeQueuesOfTheFleet"
    actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
    resources = [local.fleet_queues]
  }

  # IAM knows no resource for a list of queues.
  statement {
    sid       = "ListQueues"
    actions   = ["sqs:ListQueues"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "remove" {
  # Neither terraform's queues, nor those of a fleet whose name begins with this one's.
  statement {
    sid       = "RemoveQueuesOfAgents"
    actions   = ["sqs:DeleteQueue"]
    resources = [local.fleet_queues]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/towncrier:made-by"
      values   = ["agent"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/towncrier:fleet"
      values   = [var.fleet]
    }
  }

  statement {
    sid       = "FindSubscriptions"
    actions   = ["sns:ListSubscriptionsByTopic"]
    resources = [local.topic_arn]
  }

  # IAM knows no resource for a subscription.
  statement {
    sid       = "EndSubscriptions"
    actions   = ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"]
    resources = ["*"]
  }
}
