using Towncrier.Providers.Redis.Reading;

namespace Towncrier.Providers.Redis.Tests;

public sealed class StreamVerdictTests
{
    // The cursor, the stream (length, last, first, added), and what is found: state, next position, missing.
    [Theory]
    [InlineData("5-1 10", "3 5-1 4-0 10", "Whole 5-1 10 0")]         // at the end
    [InlineData("5-1 10", "0 5-1 - 10", "Whole 5-1 10 0")]           // all trimmed behind us
    [InlineData("5-1 10", "3 9-0 4-0 12", "Whole 5-1 10 0")]         // some ahead, none trimmed that we have not read
    [InlineData("5-1 10", "2 9-0 8-0 12", "Whole 5-1 10 0")]         // trimmed to just after us
    [InlineData("5-1 10", "2 9-0 8-0 15", "Trimmed 5-1 13 3")]       // three between us and the first are gone
    [InlineData("5-1 10", "0 9-0 - 12", "Trimmed 9-0 12 2")]         // all that was ahead is gone
    [InlineData("5-1 10", "3 5-1 4-0 12", "Trimmed 5-1 12 2")]       // at the end, and two passed us by
    [InlineData("5-1 10", "0 0-0 - 0", "Renewed 0-0 0 ?")]           // gone
    [InlineData("5-1 10", "2 4-0 3-0 8", "Renewed 0-0 6 ?")]         // ends before us
    [InlineData("5-1 10", "2 9-0 4-0 2", "Renewed 0-0 0 ?")]         // counts less than we have read
    [InlineData("5-1 10", "2 9-0 8-0 2", "Renewed 5-1 0 ?")]         // the same, and all of it is ahead of us
    [InlineData("5-1 3", "5 9-0 6-0 5", "Renewed 5-1 0 ?")]          // holds more after us than were added since
    [InlineData("0-0 0", "0 0-0 - 0", "Whole 0-0 0 0")]              // not there yet
    [InlineData("0-0 0", "2 9-0 8-0 2", "Whole 0-0 0 0")]            // made since
    [InlineData("5-1", "3 5-1 4-0 10", "Whole 5-1 10 0")]            // our count is not known, but we are at the end
    [InlineData("5-1", "3 9-0 4-0 12", "Whole 5-1 ? 0")]
    [InlineData("5-1", "2 9-0 8-0 12", "Trimmed 7-18446744073709551615 10 ?")]
    [InlineData("5-1", "2 9-0 5-2 12", "Whole 5-1 10 0")]
    [InlineData("5-1 10", "3 9-0 4-0 ?", "Whole 5-1 ? 0")]           // a server that does not count
    [InlineData("5-1", "3 5-1 4-0 ?", "Whole 5-1 ? 0")]
    [InlineData("5-1", "2 9-0 8-0 ?", "Trimmed 7-18446744073709551615 ? ?")]
    [InlineData("7-18446744073709551615", "2 9-0 8-0 ?", "Whole 7-18446744073709551615 ? 0")] // told once
    [InlineData("5-1", "0 9-0 - ?", "Trimmed 9-0 ? ?")]
    [InlineData("5-1", "1 4-0 4-0 ?", "Renewed 0-0 ? ?")]
    public void What_is_missing_is_told_from_one_look(string cursor, string stream, string expected)
    {
        StreamPosition.TryParse(cursor, out var position).ShouldBeTrue();
        var words = stream.Split(' ');
        EntryId.TryParse(words[1], out var last).ShouldBeTrue();
        EntryId? first = EntryId.TryParse(words[2], out var id) ? id : null;
        var info = new StreamInfo(int.Parse(words[0], null), last, first, words[3] == "?" ? null : long.Parse(words[3], null), EntryId.Zero);
        var verdict = StreamVerdict.Of(position, info);
        $"{verdict.State} {verdict.Next.Id} {verdict.Next.Added?.ToString((IFormatProvider?)null) ?? "?"} {verdict.Missing?.ToString((IFormatProvider?)null) ?? "?"}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("1700000000000-5 42")]
    [InlineData("0-0")]
    [InlineData("18446744073709551615-18446744073709551615 0")]
    public void Positions_are_read_as_they_were_written(string text)
    {
        StreamPosition.TryParse(text, out var position).ShouldBeTrue();
        position.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5-")]
    [InlineData("-5-1")]
    [InlineData("5-1 ")]
    [InlineData("5-1 x")]
    [InlineData("5-1 1 1")]
    [InlineData("2026-11-22T02:12:53Z")]
    [InlineData("18446744073709551616-0")]
    public void Anything_else_is_no_position(string text) => StreamPosition.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void An_id_is_a_time_only_where_it_can_be_one()
    {
        new EntryId(1_700_000_000_000, 1).Time.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        new EntryId(1, 1).Time.ShouldBeNull();
        new EntryId(ulong.MaxValue, 1).Time.ShouldBeNull();
    }
}
