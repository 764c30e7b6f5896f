provider "aws" {
  region = var.region
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name = "towncrier-${var.fleet}"
}

module "towncrier" {
  source = "../../modules/aws-region"

  fleet       = var.fleet
  autoscaling = true
  caches      = [{ path = var.cache_path }]
}

resource "aws_launch_template" "this" {
  name_prefix   = "${local.name}-"
  image_id      = var.image_id
  instance_type = var.instance_type
  user_data = base64encode(templatefile("${path.module}/user_data.sh.tftpl", {
    agent_config = module.towncrier.autoscaling_agent_config
    group        = local.name
    hook         = "${local.name}-leave"
    region       = var.region
  }))

  iam_instance_profile {
    name = aws_iam_instance_profile.this.name
  }

  # IMDSv2 alone.
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}

resource "aws_autoscaling_group" "this" {
  name                = local.name
  min_size            = var.size.min
  max_size            = var.size.max
  vpc_zone_identifier = var.subnet_ids

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  # Here and not as a resource of its own: the first instances have it too.
  initial_lifecycle_hook {
    name                 = "${local.name}-leave"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_TERMINATING"
    heartbeat_timeout    = 120
    default_result       = "CONTINUE"
  }

  # A host without the right to read its queue would never become ready.
  depends_on = [aws_iam_role_policy.agent, aws_iam_role_policy.leave]
}
