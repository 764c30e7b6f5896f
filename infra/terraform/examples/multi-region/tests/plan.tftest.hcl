# Both regions planned with the real provider and without a call.

provider "aws" {
  alias                       = "europe"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

provider "aws" {
  alias                       = "america"
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

override_data {
  target = module.europe.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.america.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

run "each_topic_is_heard_everywhere" {
  command = plan

  assert {
    condition = output.topic_arns == {
      europe  = "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
      america = "arn:aws:sns:us-east-1:123456789012:towncrier-www"
    }
    error_message = "A topic is in another region than its module."
  }

  assert {
    condition = { for host, config in output.agent_config : host => [yamldecode(config).sources[0].aws.region, yamldecode(config).sources[0].aws.queue] } == {
      eu-1 = ["eu-west-1", "towncrier-www-eu-1"]
      eu-2 = ["eu-west-1", "towncrier-www-eu-2"]
      us-1 = ["us-east-1", "towncrier-www-us-1"]
      us-2 = ["us-east-1", "towncrier-www-us-2"]
    }
    error_message = "An agent reads a queue outside its own region."
  }
}
