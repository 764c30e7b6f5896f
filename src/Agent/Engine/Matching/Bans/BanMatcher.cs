using System.Globalization;
using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>
/// A ban expression on the entries of one cache. Ages and times to live are those at the moment the ban came, as in
/// Varnish. An entry whose response head is not at hand is taken to be meant when nothing else speaks against it: whoever
/// is about to purge it reads the head and asks again.
/// </summary>
internal sealed class BanMatcher : IValueMatcher
{
    private readonly BanTest[] _tests;
    private readonly BanTest[] _onUrl; // the same tests, their URLs as the keys hold them
    private readonly BanHost?[] _hosts; // of the tests that look at the host
    private readonly HostScope _scope;
    private readonly KeyTemplate _template;
    private readonly double _now;

    /// <param name="scope">Which hosts the message is limited to.</param>
    /// <param name="at">When the ban came.</param>
    public BanMatcher(BanExpression expression, HostScope scope, CacheIndex index, IReadOnlyList<string> hosts, DateTimeOffset at)
    {
        _scope = scope;
        _template = index.Template;
        _now = at.ToUnixTimeSeconds(); // nginx's dates are floored alike
        _tests = [.. expression.Tests];
        _onUrl = [.. expression.Tests.Select(InKey)];
        var whole = _tests.All(IsOnHost);
        _hosts = [.. _tests.Select(test => IsOnHost(test) ? new BanHost(test, hosts, index, strict: whole) : null)];
    }

    public bool Matches(in EntryView entry)
    {
        if (!_scope.Allows(entry.Host)) return false;
        for (var i = 0; i < _tests.Length; i++)
            if (!Holds(i, entry)) return false;
        return true;
    }

    /// <summary>Whether entries of this site can be meant.</summary>
    public bool MayBeOf(KeyHost host)
    {
        if (!_scope.Allows(host)) return false;
        for (var i = 0; i < _tests.Length; i++)
            if (_tests[i].Field == BanField.Host && !_hosts[i]!.Holds(host)) return false;
        return true;
    }

    /// <summary>Whether an entry can be meant, by what the index knows of it. Of its age only the least is known.</summary>
    public bool MayMean(int status, long stored, long valid)
    {
        foreach (var test in _tests)
        {
            if (test.Field == BanField.Status && !HoldsStatus(test, status)) return false;
            if (test.Field == BanField.Ttl && !test.Holds(valid - _now)) return false;
            if (test.Field == BanField.Age && test.Operator is BanOperator.Less or BanOperator.LessOrEqual && !test.Holds(_now - stored)) return false;
        }

        return true;
    }

    /// <summary>The URI that every entry meant has; null when the expression names none.</summary>
    public byte[]? Uri => _template.OpenEnded ? null : Array.Find(_onUrl, test => test is { Field: BanField.Url, Operator: BanOperator.Equal })?.Argument;

    /// <summary>Fits every URI that can be meant.</summary>
    public ITextPattern Pattern
    {
        get
        {
            var tests = _onUrl.Where(test => test.Field == BanField.Url).ToArray();
            if (Array.Find(tests, test => test.Operator == BanOperator.Equal) is { } equal) return new PrefixPattern(equal.Argument);
            return (ITextPattern?)Array.Find(tests, test => test.Operator == BanOperator.Matches)?.Regex ?? new EverythingPattern();
        }
    }

    private bool Holds(int number, in EntryView entry) => _tests[number].Field switch
    {
        BanField.Url => HoldsUrl(_onUrl[number], entry.Uri),
        BanField.Host => _hosts[number]!.Holds(entry.Host),
        BanField.Status => HoldsStatus(_tests[number], entry.Status),
        BanField.Age => _tests[number].Holds(_now - entry.Made),
        BanField.Ttl => _tests[number].Holds(entry.Valid - _now),
        _ => HoldsHeader(number, entry),
    };

    private bool HoldsHeader(int number, in EntryView entry)
    {
        var test = _tests[number];
        if (!entry.HeadKnown) return true;
        foreach (var field in entry.Fields)
            if (field.Is(test.Header)) return test.Holds(field.Value); // the first one, as Varnish
        if (_hosts[number] is { } host) return host.Holds(entry.Host);
        return IsUrl(test.Header) ? HoldsUrl(_onUrl[number], entry.Uri) : test.HoldsForNothing;
    }

    private bool HoldsUrl(BanTest test, ReadOnlySpan<byte> uri) => !_template.OpenEnded ? test.Holds(uri) : test.Operator switch
    {
        BanOperator.Equal => uri.StartsWith(test.Argument), // a variable follows the URI in the key, and nobody knows where
        BanOperator.NotEqual => true,
        _ => test.Holds(uri),
    };

    private static bool HoldsStatus(BanTest test, int status)
    {
        if (status == 0) return test.HoldsForNothing; // the head cannot be read
        Span<byte> text = stackalloc byte[12];
        status.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return test.Holds(text[..length]);
    }

    // Where the keys hold decoded paths, the URL has to be decoded to be compared with them.
    private BanTest InKey(BanTest test)
        => _template.DecodesUri && test.Operator is BanOperator.Equal or BanOperator.NotEqual
            ? test with { Argument = new UrlText(null, Encoding.UTF8.GetString(test.Argument)).InKey(_template) }
            : test;

    // What the usual VCL stores with each object for the ban lurker's sake; a response may have such a header of its own.
    private static bool IsUrl(byte[] header) => Ascii.EqualsIgnoreCase(header, "x-url"u8);

    private static bool IsOnHost(BanTest test) => test.Field == BanField.Host || Ascii.EqualsIgnoreCase(test.Header, "x-host"u8);
}
