data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${data.aws_partition.current.dns_suffix}"]
    }
  }
}

resource "aws_iam_role" "host" {
  name               = "${local.name}-host"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "agent" {
  name   = "towncrier"
  role   = aws_iam_role.host.id
  policy = module.towncrier.policies.autoscaling
}

# Lets a host say that it has left.
data "aws_iam_policy_document" "leave" {
  statement {
    sid       = "EndOwnTermination"
    actions   = ["autoscaling:CompleteLifecycleAction"]
    resources = ["arn:${data.aws_partition.current.partition}:autoscaling:${var.region}:${data.aws_caller_identity.current.account_id}:autoScalingGroup:*:autoScalingGroupName/${local.name}"]
  }
}

resource "aws_iam_role_policy" "leave" {
  name   = "towncrier-leave"
  role   = aws_iam_role.host.id
  policy = data.aws_iam_policy_document.leave.json
}

resource "aws_iam_instance_profile" "this" {
  name = "${local.name}-host"
  role = aws_iam_role.host.name
}
