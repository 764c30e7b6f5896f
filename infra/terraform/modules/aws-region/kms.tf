locals {
  # Not from local.kms_key_arn, which is unknown until the key is there.
  with_kms = var.kms.create || var.kms.key_arn != null
}

# Lets SNS write into encrypted queues, on behalf of these topics alone.
data "aws_iam_policy_document" "kms_grant" {
  statement {
    sid       = "AllowTopicsToWrite"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"] # in a key's policy: this key

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = concat([local.topic_arn], var.peer_topic_arns)
    }
  }
}

data "aws_iam_policy_document" "kms_key" {
  count = var.kms.create ? 1 : 0

  source_policy_documents = [data.aws_iam_policy_document.kms_grant.json]

  # Without it nobody could ever change the key; it hands the question to the account's IAM policies.
  statement {
    sid       = "AllowAccountToAdminister"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  count = var.kms.create ? 1 : 0

  description         = "Towncrier, fleet ${var.fleet}: topic and queues"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.kms_key[0].json
  tags                = local.tags
}

resource "aws_kms_alias" "this" {
  count = var.kms.create ? 1 : 0

  name          = "alias/${local.prefix}"
  target_key_id = aws_kms_key.this[0].key_id
}
