using System.Globalization;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Fleets;

/// <summary>One queue as a line, for people and for programs.</summary>
internal static class FleetLine
{
    public static string Text(FleetPlace place, FleetQueue queue, DateTimeOffset now) => OneLine.Of(string.Join("  ",
        queue.Name,
        $"host {queue.Host ?? "-"}",
        $"made by {queue.MadeBy ?? "-"}",
        queue.LastBeat is { } beat ? $"alive {Ago(now - beat)}" : "no heartbeat",
        queue.Created is { } made ? $"made {Ago(now - made)}" : "made -",
        $"{queue.Waiting} waiting",
        $"{queue.Hidden} being applied",
        Subscription(queue.Subscription),
        place.Access.Region ?? "-"));

    public static string Text(FleetPlace place, FleetQueue queue, ReapOutcome outcome, DateTimeOffset now)
    {
        var what = outcome switch
        {
            ReapOutcome.Removed => "removed",
            ReapOutcome.WouldBeRemoved => "would be removed",
            ReapOutcome.AliveAgain => "alive again, left alone",
            _ => "gone already",
        };
        return OneLine.Of($"{queue.Name}  {what}: host {queue.Host} was last alive {Ago(now - queue.LastBeat!.Value)}, {queue.Waiting} waiting, {place.Access.Region ?? "-"}");
    }

    public static string Json(FleetPlace place, FleetQueue queue, ReapOutcome? outcome = null)
    {
        var line = new Dictionary<string, object?>
        {
            ["queue"] = queue.Name,
            ["fleet"] = place.Fleet,
            ["region"] = place.Access.Region,
            ["host"] = queue.Host,
            ["made_by"] = queue.MadeBy,
            ["last_beat"] = Time(queue.LastBeat),
            ["created"] = Time(queue.Created),
            ["waiting"] = queue.Waiting,
            ["hidden"] = queue.Hidden,
            ["subscription"] = queue.Subscription,
        };
        if (outcome is { } came) line["outcome"] = came;
        return Host.Json.Line(line);
    }

    private static string? Time(DateTimeOffset? time) => time is { } known ? Host.Json.Time(known.ToUnixTimeSeconds()) : null;

    private static string Subscription(SubscriptionState state) => state switch
    {
        SubscriptionState.Subscribed => "subscribed",
        SubscriptionState.Pending => "subscription not confirmed",
        SubscriptionState.Gone => "subscription gone",
        _ => "subscription not known",
    };

    // A clock that is a little behind the one that wrote the time must not make it the future.
    private static string Ago(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m ago"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}h ago"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d ago"),
    };
}
