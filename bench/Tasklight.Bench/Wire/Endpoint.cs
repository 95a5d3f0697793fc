using System.Net;
using System.Text;

namespace Tasklight.Bench.Wire;

/// <summary>Where a server listens and the header lines every request to it carries.</summary>
sealed class Endpoint
{
    /// <summary>Takes the address apart.</summary>
    /// <param name="url">Plain http on an IP address or localhost.</param>
    /// <param name="key">The API key; empty sends none.</param>
    public Endpoint(string url, string key = "")
    {
        var uri = new Uri(url);
        if (uri.Scheme != "http") throw new ArgumentException($"'{url}' is not a plain http address.", nameof(url));
        Url = url.TrimEnd('/');
        Key = key;
        Address = new IPEndPoint(uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host), uri.Port);
        Headers = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {uri.Authority}\r\n{(key.Length == 0 ? "" : $"x-api-key: {key}\r\n")}");
    }

    public string Url { get; }

    public string Key { get; }

    public IPEndPoint Address { get; }

    /// <summary>The end of the request line and the headers that never change.</summary>
    public byte[] Headers { get; }
}
