using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Tasklight.Protocol;

namespace Tasklight.Server.Api;

/// <summary>A request's whole body in one pooled piece. What is parsed from it must not keep it: dispose it after parsing.</summary>
sealed class RequestBody : IDisposable
{
    const int FirstSize = 8 * 1024;
    const int TrustedSize = 256 * 1024;
    static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    byte[] _bytes = [];
    int _length;

    RequestBody()
    {
    }

    /// <summary>The bytes as sent, without a UTF-8 byte order mark.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            var bytes = _bytes.AsMemory(0, _length);
            return bytes.Span.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
        }
    }

    public bool IsEmpty => _length == 0;

    /// <summary>Hex SHA-256 of the bytes, by which an idempotency key knows its body again.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(_bytes.AsSpan(0, _length)));

    /// <summary>Reads the body to its end.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The most bytes it may have; a longer one is 413.</param>
    /// <exception cref="RequestRefusedException">413: it is longer than the limit.</exception>
    /// <exception cref="BadHttpRequestException">400: it ended early, or is not framed as HTTP asks.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, long limit)
    {
        // The limit is kept here. Kestrel's own would cut the connection while the client still sends, and the 413 would not reach it; without
        // it Kestrel takes in the rest for a few seconds behind the answer.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var announced = context.Request.ContentLength;
        if (announced > limit)
        {
            throw TooLarge(limit);
        }

        var body = new RequestBody();
        try
        {
            // One byte more than announced, so that the end is seen without growing; bounded, because announcing costs the client nothing.
            body._bytes = ArrayPool<byte>.Shared.Rent((int)Math.Min(announced + 1 ?? FirstSize, TrustedSize));
            await body.FillAsync(context, limit);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The refusal of a body that is longer than its route takes.</summary>
    public static RequestRefusedException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, ErrorCodes.TooLarge, $"The body is larger than this route takes: at most {limit} bytes.");

    async ValueTask FillAsync(HttpContext context, long limit)
    {
        var input = context.Request.Body;
        while (true)
        {
            if (_length == _bytes.Length)
            {
                Grow();
            }

            var read = await input.ReadAsync(_bytes.AsMemory(_length), context.RequestAborted);
            if (read == 0)
            {
                return;
            }

            _length += read;
            if (_length > limit)
            {
                throw TooLarge(limit);
            }
        }
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
