# Who may do what at the resource itself. Nobody is allowed by a wildcard; nothing passes without TLS.

data "aws_iam_policy_document" "topic" {
  dynamic "statement" {
    for_each = length(var.publisher_principals) > 0 ? [var.publisher_principals] : []

    content {
      sid       = "AllowPublishers"
      actions   = ["sns:Publish"]
      resources = [local.topic_arn]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  statement {
    sid    = "DenyWithoutTls"
    effect = "Deny"
    # Each by name: a topic's policy takes no "sns:*".
    actions = [
      "sns:AddPermission",
      "sns:DeleteTopic",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
      "sns:Publish",
      "sns:RemovePermission",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
    ]
    resources = [local.topic_arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# One for each queue that a topic writes to; a topic of another region only to the hosts' queues.
locals {
  written_queues = merge(
    { for host, arn in local.queue_arns : "host:${host}" => { arn = arn, topics = concat([local.topic_arn], var.peer_topic_arns) } },
    { dead = { arn = local.dead_arn, topics = [local.topic_arn] } },
  )
}

data "aws_iam_policy_document" "written" {
  for_each = local.written_queues

  source_policy_documents = [data.aws_iam_policy_document.tls[each.key].json]

  statement {
    sid       = "AllowTopic"
    actions   = ["sqs:SendMessage"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = each.value.topics
    }
  }
}

data "aws_iam_policy_document" "tls" {
  for_each = merge({ for name, queue in local.written_queues : name => queue.arn }, { receipts = local.receipts_arn })

  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
