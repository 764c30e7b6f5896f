namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>What botocore 1.43 makes of its endpoint rule set of SQS; that of SNS differs by its name alone.</summary>
internal static class EndpointTable
{
    /// <summary>A region, then its hosts: the usual, FIPS, dual stack, both.</summary>
    public const string Rows = """
        af-south-1 sqs.af-south-1.amazonaws.com sqs-fips.af-south-1.amazonaws.com sqs.af-south-1.api.aws sqs-fips.af-south-1.api.aws
        ap-east-1 sqs.ap-east-1.amazonaws.com sqs-fips.ap-east-1.amazonaws.com sqs.ap-east-1.api.aws sqs-fips.ap-east-1.api.aws
        ap-east-2 sqs.ap-east-2.amazonaws.com sqs-fips.ap-east-2.amazonaws.com sqs.ap-east-2.api.aws sqs-fips.ap-east-2.api.aws
        ap-northeast-1 sqs.ap-northeast-1.amazonaws.com sqs-fips.ap-northeast-1.amazonaws.com sqs.ap-northeast-1.api.aws sqs-fips.ap-northeast-1.api.aws
        ap-northeast-2 sqs.ap-northeast-2.amazonaws.com sqs-fips.ap-northeast-2.amazonaws.com sqs.ap-northeast-2.api.aws sqs-fips.ap-northeast-2.api.aws
        ap-northeast-3 sqs.ap-northeast-3.amazonaws.com sqs-fips.ap-northeast-3.amazonaws.com sqs.ap-northeast-3.api.aws sqs-fips.ap-northeast-3.api.aws
        ap-south-1 sqs.ap-south-1.amazonaws.com sqs-fips.ap-south-1.amazonaws.com sqs.ap-south-1.api.aws sqs-fips.ap-south-1.api.aws
        ap-south-2 sqs.ap-south-2.amazonaws.com sqs-fips.ap-south-2.amazonaws.com sqs.ap-south-2.api.aws sqs-fips.ap-south-2.api.aws
        ap-southeast-1 sqs.ap-southeast-1.amazonaws.com sqs-fips.ap-southeast-1.amazonaws.com sqs.ap-southeast-1.api.aws sqs-fips.ap-southeast-1.api.aws
        ap-southeast-2 sqs.ap-southeast-2.amazonaws.com sqs-fips.ap-southeast-2.amazonaws.com sqs.ap-southeast-2.api.aws sqs-fips.ap-southeast-2.api.aws
        ap-southeast-3 sqs.ap-southeast-3.amazonaws.com sqs-fips.ap-southeast-3.amazonaws.com sqs.ap-southeast-3.api.aws sqs-fips.ap-southeast-3.api.aws
        ap-southeast-4 sqs.ap-southeast-4.amazonaws.com sqs-fips.ap-southeast-4.amazonaws.com sqs.ap-southeast-4.api.aws sqs-fips.ap-southeast-4.api.aws
        ap-southeast-5 sqs.ap-southeast-5.amazonaws.com sqs-fips.ap-southeast-5.amazonaws.com sqs.ap-southeast-5.api.aws sqs-fips.ap-southeast-5.api.aws
        ap-southeast-6 sqs.ap-southeast-6.amazonaws.com sqs-fips.ap-southeast-6.amazonaws.com sqs.ap-southeast-6.api.aws sqs-fips.ap-southeast-6.api.aws
        ap-southeast-7 sqs.ap-southeast-7.amazonaws.com sqs-fips.ap-southeast-7.amazonaws.com sqs.ap-southeast-7.api.aws sqs-fips.ap-southeast-7.api.aws
        ca-central-1 sqs.ca-central-1.amazonaws.com sqs-fips.ca-central-1.amazonaws.com sqs.ca-central-1.api.aws sqs-fips.ca-central-1.api.aws
        ca-west-1 sqs.ca-west-1.amazonaws.com sqs-fips.ca-west-1.amazonaws.com sqs.ca-west-1.api.aws sqs-fips.ca-west-1.api.aws
        eu-central-1 sqs.eu-central-1.amazonaws.com sqs-fips.eu-central-1.amazonaws.com sqs.eu-central-1.api.aws sqs-fips.eu-central-1.api.aws
        eu-central-2 sqs.eu-central-2.amazonaws.com sqs-fips.eu-central-2.amazonaws.com sqs.eu-central-2.api.aws sqs-fips.eu-central-2.api.aws
        eu-north-1 sqs.eu-north-1.amazonaws.com sqs-fips.eu-north-1.amazonaws.com sqs.eu-north-1.api.aws sqs-fips.eu-north-1.api.aws
        eu-south-1 sqs.eu-south-1.amazonaws.com sqs-fips.eu-south-1.amazonaws.com sqs.eu-south-1.api.aws sqs-fips.eu-south-1.api.aws
        eu-south-2 sqs.eu-south-2.amazonaws.com sqs-fips.eu-south-2.amazonaws.com sqs.eu-south-2.api.aws sqs-fips.eu-south-2.api.aws
        eu-west-1 sqs.eu-west-1.amazonaws.com sqs-fips.eu-west-1.amazonaws.com sqs.eu-west-1.api.aws sqs-fips.eu-west-1.api.aws
        eu-west-2 sqs.eu-west-2.amazonaws.com sqs-fips.eu-west-2.amazonaws.com sqs.eu-west-2.api.aws sqs-fips.eu-west-2.api.aws
        eu-west-3 sqs.eu-west-3.amazonaws.com sqs-fips.eu-west-3.amazonaws.com sqs.eu-west-3.api.aws sqs-fips.eu-west-3.api.aws
        il-central-1 sqs.il-central-1.amazonaws.com sqs-fips.il-central-1.amazonaws.com sqs.il-central-1.api.aws sqs-fips.il-central-1.api.aws
        me-central-1 sqs.me-central-1.amazonaws.com sqs-fips.me-central-1.amazonaws.com sqs.me-central-1.api.aws sqs-fips.me-central-1.api.aws
        me-south-1 sqs.me-south-1.amazonaws.com sqs-fips.me-south-1.amazonaws.com sqs.me-south-1.api.aws sqs-fips.me-south-1.api.aws
        mx-central-1 sqs.mx-central-1.amazonaws.com sqs-fips.mx-central-1.amazonaws.com sqs.mx-central-1.api.aws sqs-fips.mx-central-1.api.aws
        sa-east-1 sqs.sa-east-1.amazonaws.com sqs-fips.sa-east-1.amazonaws.com sqs.sa-east-1.api.aws sqs-fips.sa-east-1.api.aws
        us-east-1 sqs.us-east-1.amazonaws.com sqs-fips.us-east-1.amazonaws.com sqs.us-east-1.api.aws sqs-fips.us-east-1.api.aws
        us-east-2 sqs.us-east-2.amazonaws.com sqs-fips.us-east-2.amazonaws.com sqs.us-east-2.api.aws sqs-fips.us-east-2.api.aws
        us-west-1 sqs.us-west-1.amazonaws.com sqs-fips.us-west-1.amazonaws.com sqs.us-west-1.api.aws sqs-fips.us-west-1.api.aws
        us-west-2 sqs.us-west-2.amazonaws.com sqs-fips.us-west-2.amazonaws.com sqs.us-west-2.api.aws sqs-fips.us-west-2.api.aws
        cn-north-1 sqs.cn-north-1.amazonaws.com.cn sqs-fips.cn-north-1.amazonaws.com.cn sqs.cn-north-1.api.amazonwebservices.com.cn sqs-fips.cn-north-1.api.amazonwebservices.com.cn
        cn-northwest-1 sqs.cn-northwest-1.amazonaws.com.cn sqs-fips.cn-northwest-1.amazonaws.com.cn sqs.cn-northwest-1.api.amazonwebservices.com.cn sqs-fips.cn-northwest-1.api.amazonwebservices.com.cn
        eusc-de-east-1 sqs.eusc-de-east-1.amazonaws.eu sqs-fips.eusc-de-east-1.amazonaws.eu sqs.eusc-de-east-1.api.amazonwebservices.eu sqs-fips.eusc-de-east-1.api.amazonwebservices.eu
        us-iso-east-1 sqs.us-iso-east-1.c2s.ic.gov sqs-fips.us-iso-east-1.c2s.ic.gov sqs.us-iso-east-1.api.aws.ic.gov sqs-fips.us-iso-east-1.api.aws.ic.gov
        us-iso-west-1 sqs.us-iso-west-1.c2s.ic.gov sqs-fips.us-iso-west-1.c2s.ic.gov sqs.us-iso-west-1.api.aws.ic.gov sqs-fips.us-iso-west-1.api.aws.ic.gov
        us-isob-east-1 sqs.us-isob-east-1.sc2s.sgov.gov sqs-fips.us-isob-east-1.sc2s.sgov.gov sqs.us-isob-east-1.api.aws.scloud sqs-fips.us-isob-east-1.api.aws.scloud
        us-isob-west-1 sqs.us-isob-west-1.sc2s.sgov.gov sqs-fips.us-isob-west-1.sc2s.sgov.gov sqs.us-isob-west-1.api.aws.scloud sqs-fips.us-isob-west-1.api.aws.scloud
        eu-isoe-west-1 sqs.eu-isoe-west-1.cloud.adc-e.uk sqs-fips.eu-isoe-west-1.cloud.adc-e.uk sqs.eu-isoe-west-1.api.cloud-aws.adc-e.uk sqs-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk
        us-isof-east-1 sqs.us-isof-east-1.csp.hci.ic.gov sqs-fips.us-isof-east-1.csp.hci.ic.gov sqs.us-isof-east-1.api.aws.hci.ic.gov sqs-fips.us-isof-east-1.api.aws.hci.ic.gov
        us-isof-south-1 sqs.us-isof-south-1.csp.hci.ic.gov sqs-fips.us-isof-south-1.csp.hci.ic.gov sqs.us-isof-south-1.api.aws.hci.ic.gov sqs-fips.us-isof-south-1.api.aws.hci.ic.gov
        us-gov-east-1 sqs.us-gov-east-1.amazonaws.com sqs.us-gov-east-1.amazonaws.com sqs.us-gov-east-1.api.aws sqs-fips.us-gov-east-1.api.aws
        us-gov-west-1 sqs.us-gov-west-1.amazonaws.com sqs.us-gov-west-1.amazonaws.com sqs.us-gov-west-1.api.aws sqs-fips.us-gov-west-1.api.aws
        """;
}
