namespace Tasklight.Sdk.Http;

/// <summary>Reads an answer while it comes in, and stops where it grows too large.</summary>
internal static class LimitedBody
{
    private const int BufferSize = 64 * 1024;

    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, ApiRequest request, long largest, CancellationToken ct)
    {
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[BufferSize];
        for (var size = response.Content.Headers.ContentLength ?? 0; Fits(size, request, largest); size = body.Length)
        {
            var read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static byte[] Read(HttpResponseMessage response, ApiRequest request, long largest, CancellationToken ct)
    {
        // A thread that waits for bytes can only be woken by closing what it reads from.
        using var onEnd = ct.UnsafeRegister(static response => ((HttpResponseMessage)response!).Dispose(), response);
        try
        {
            using var stream = response.Content.ReadAsStream(ct);
            using var body = new MemoryStream();
            var buffer = new byte[BufferSize];
            for (var size = response.Content.Headers.ContentLength ?? 0; Fits(size, request, largest); size = body.Length)
            {
                var read = stream.Read(buffer);
                ct.ThrowIfCancellationRequested();
                if (read == 0)
                {
                    break;
                }

                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException && ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, ct);
        }
    }

    private static bool Fits(long size, ApiRequest request, long largest) => size <= largest
        ? true
        : throw new ModuleException(
            413, $"Could not {request.What}: it is larger than {largest} bytes. Raise {nameof(Configuration)}.{nameof(Configuration.LargestFile)} to read it.");
}
