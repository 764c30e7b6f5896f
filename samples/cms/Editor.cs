namespace Towncrier.Samples.Cms;

/// <summary>Saving and deleting: what is changed here, every cache hears of.</summary>
internal sealed class Editor(PageStore pages, Outbox outbox, string? host)
{
    /// <summary>Saves the page. When this returns, its messages are with the broker, or in the outbox.</summary>
    public Task SaveAsync(Page page) => ChangeAsync(page.Slug, page);

    /// <summary>Deletes it; false when there is none.</summary>
    public Task<bool> DeleteAsync(string slug) => ChangeAsync(slug, null);

    private async Task<bool> ChangeAsync(string slug, Page? after)
    {
        using (await outbox.HoldAsync())
        {
            var before = pages.Find(slug);
            if (before is null && after is null) return false;

            // First the outbox, then the page: a crash between them costs a purge too many, and never one too few. And
            // nothing is sent before the page is there, or a cache could fetch the old one again.
            outbox.Add(Changes.Between(host, slug, before, after));
            if (after is not null) pages.Write(after);
            else pages.Delete(slug);
        }

        // No token: whoever closes the browser now has saved all the same. The publisher's timeouts bound the wait.
        await outbox.SendAsync(CancellationToken.None);
        return true;
    }
}
