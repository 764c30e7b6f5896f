using System.Text;
using System.Xml.Linq;
using Towncrier.Providers.AzureServiceBus.Subscriptions;

namespace Towncrier.Providers.AzureServiceBus.Tests.Subscriptions;

/// <summary>Entries as they are written and read, and names.</summary>
public class AtomTests
{
    // As the data contract of Service Bus has them.
    private static readonly string[] Order =
    [
        "LockDuration", "RequiresSession", "DefaultMessageTimeToLive", "DeadLetteringOnMessageExpiration", "DeadLetteringOnFilterEvaluationExceptions", "DefaultRuleDescription",
        "MaxDeliveryCount", "EnableBatchedOperations", "Status", "ForwardTo", "UserMetadata", "ForwardDeadLetteredMessagesTo", "AutoDeleteOnIdle", "EntityAvailabilityStatus",
    ];

    private static readonly SubscriptionShape Shape = new(TimeSpan.FromSeconds(30), TimeSpan.FromDays(4), 10, TimeSpan.FromDays(4), "o <&> ü");

    [Theory]
    [InlineData(null)]
    [InlineData("a = 'b<c>'")]
    public void Elements_are_in_the_order_of_the_contract(string? sql)
    {
        var description = XDocument.Parse(Encoding.UTF8.GetString(Atom.Subscription(Shape, new SqlRule(sql)))).Descendants().Single(element => element.Name.LocalName == "SubscriptionDescription");
        var places = description.Elements().Select(element => Array.IndexOf(Order, element.Name.LocalName)).ToList();
        places.ShouldAllBe(place => place >= 0);
        places.ShouldBe(places.Order());
        description.Descendants().Single(element => element.Name.LocalName == "SqlExpression").Value.ShouldBe(sql ?? "1=1");
    }

    [Fact]
    public void What_was_written_is_read()
    {
        Atom.TryReadSubscription(Atom.Subscription(Shape, null), out var found).ShouldBeTrue();
        found.Shape.ShouldBe(Shape);
        found.Created.ShouldBeNull();
        foreach (var sql in (string?[])[null, "a = 'b'"])
        {
            Atom.TryReadRule(Atom.Rule(new SqlRule(sql)), out var rule).ShouldBeTrue();
            rule.Sql.ShouldBe(sql);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<feed xmlns='http://www.w3.org/2005/Atom'/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")]
    [InlineData("{}")]
    public void What_is_no_entry_is_none(string text)
    {
        Atom.TryReadSubscription(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();
        Atom.TryReadRule(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("www", "cache-1", "www-cache-1")]
    [InlineData("www", "cache-1.eu.example.org", "www-cache-1.eu.example.org")]
    [InlineData("www", "ip-10-0-0-1.eu-west-1.compute.internal.example.org", "www-ip-10-0-0-1.eu-west-1.compute.inter-25b98d2b1e")]
    [InlineData("www", "cache-1-", "www-cache-1--36ad5f0dbb")]
    public void Names_that_are_too_long_are_cut_and_end_with_a_hash(string fleet, string host, string name)
    {
        var made = SubscriptionName.Of(fleet, host);
        made.Length.ShouldBe(name.Length);
        made[..^10].ShouldBe(name[..^10]);
        EntityNames.ProblemOfSubscription(made).ShouldBeNull();
    }

    [Fact]
    public void Two_long_names_that_begin_alike_differ()
    {
        var names = Enumerable.Range(0, 1000).Select(i => SubscriptionName.Of("fleet", new string('x', 100) + i)).ToList();
        names.Distinct().Count().ShouldBe(1000);
        names.ShouldAllBe(name => name.Length == 50);
    }
}
