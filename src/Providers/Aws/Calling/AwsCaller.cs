using System.Collections;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>
/// Signs and sends calls to one region: credentials, endpoints, retries within a quota, clock skew. One for all clients of
/// an agent's place. A call whose answer was lost is sent again, so what it publishes may be there twice: at least once.
/// Safe from several threads.
/// </summary>
/// <param name="environment">The variables that say where AWS is; the SDK reads those of credentials from the process itself.</param>
internal sealed class AwsCaller(AwsAccess access, TimeProvider clock, Random random, IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private readonly RetryQuota _quota = new(random);
    private readonly ServerClock _time = new(clock);
    private readonly Credentials _credentials = new(access.Profile, clock);
    private readonly Transport _transport = new(clock);
    private Place? _place; // once found it stays; two who look at the same time find the same

    public AwsCaller(AwsAccess access, TimeProvider clock, Random random)
        : this(access, clock, random, OfProcess())
    {
    }

    /// <summary>The region and the addresses in use.</summary>
    /// <exception cref="IOException">No region is configured, or an address is wrong; says what to do.</exception>
    public async Task<Place> PlaceAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _place) is { } known) return known;
        var region = await Regions.FindAsync(access, environment, clock, cancel).ConfigureAwait(false);
        var place = new Place(region, Endpoints.Of(AwsService.Sqs, region, access.Endpoint, environment), Endpoints.Of(AwsService.Sns, region, access.Endpoint, environment));
        Volatile.Write(ref _place, place);
        return place;
    }

    /// <returns>The body of the answer to a call that succeeded.</returns>
    /// <exception cref="AwsException">AWS refused it.</exception>
    /// <exception cref="IOException">AWS was not reached, or did not answer, or there are no credentials.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(AwsRequest request, CancellationToken cancel)
    {
        var place = await PlaceAsync(cancel).ConfigureAwait(false);
        var retries = new Retries(_quota);
        var remedies = new Remedies(_time, _credentials);
        while (true)
        {
            var keys = await _credentials.CurrentAsync(cancel).ConfigureAwait(false);
            var now = _time.Now;
            using var message = RequestSigner.Sign(request, place.Of(request.Service), place.Region, keys, now);
            var (answer, loss) = await _transport.SendAsync(message, request.Wait, request.MostAnswer, cancel).ConfigureAwait(false);
            if (answer is { IsSuccess: true })
            {
                retries.MarkSuccess();
                return answer.Body;
            }

            TryOutcome outcome;
            IOException error;
            if (answer is not null)
            {
                var refused = Refused.Read(answer, keys);
                if (await remedies.TryAsync(refused, answer.Date, keys, now, cancel).ConfigureAwait(false)) continue;
                outcome = ErrorCodes.OutcomeOf(answer.Status, refused.Code);
                error = new AwsException(request.Action, refused.Code, ErrorText.Of(request, place, answer.Status, refused), answer.Status, refused.RequestId);
            }
            else
            {
                outcome = loss!.MayHaveArrived && request.LostIsFinal ? TryOutcome.Final : loss.Outcome;
                error = new IOException(ErrorText.Of(request, place, loss), loss.Cause);
            }

            if (!retries.MarkFailure(outcome)) throw error;
            await Task.Delay(retries.NextDelay(), clock, cancel).ConfigureAwait(false);
        }
    }

    public void Dispose() => _transport.Dispose();

    private static Dictionary<string, string> OfProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
}
