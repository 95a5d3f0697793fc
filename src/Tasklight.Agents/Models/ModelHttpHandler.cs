using System.Text;
using Tasklight.Agents.Tools;
using Tasklight.Sdk.Http;

namespace Tasklight.Agents.Models;

/// <summary>
/// What every request to a provider has in common: the choice's headers, refusals as <see cref="ModelException"/>, answers of bounded size.
/// Below the providers' own clients, so that no habit of theirs matters.
/// </summary>
internal sealed class ModelHttpHandler(ModelConnection connection, ModelLimits limits, TimeProvider clock, HttpMessageHandler transport) : DelegatingHandler(transport)
{
    /// <summary>Stands where a client insists on a key; never sent.</summary>
    public const string NoKey = "none";

    private const int MostOfAnError = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        var response = await ReachAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            await LimitAsync(response, cancellationToken);
            return response;
        }

        using (response)
            throw ProviderError.Of(connection, response, await BodyAsync(response, cancellationToken), clock.GetUtcNow());
    }

    private async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.GetBaseException() is PrivateAddressException)
        {
            var host = connection.Address.Host;
            throw new ModelException(
                ModelFailure.NotConfigured,
                $"{connection.Provider} at {host} is not asked: the address is private or local, and agents reach public ones only. An operator can let it through with {ToolAccess.AllowVariable}={host}, or make it the provider's own with {ModelSettings.AddressSettingOf(connection.Provider)}.",
                exception);
        }
    }

    private void Prepare(HttpRequestMessage request)
    {
        // Azure has a header of its own for keys; in the usual one it wants tokens of users.
        if (connection.Key is null || connection.Provider == ModelConnection.Azure)
            request.Headers.Authorization = null;

        if (connection is { Provider: ModelConnection.Azure, Key: not null })
            request.Headers.TryAddWithoutValidation("api-key", connection.Key);

        // Anthropic's client sends its key as a bearer token; those who speak its API know the older header, some of them only that.
        if (connection is { Provider: ModelConnection.Anthropic, Key: not null, IsHome: false })
            request.Headers.TryAddWithoutValidation("x-api-key", connection.Key);

        foreach (var (name, value) in connection.Choice.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (connection.Address.Query.Length > 1 && request.RequestUri is { Query.Length: 0 } uri)
            request.RequestUri = new UriBuilder(uri) { Query = connection.Address.Query }.Uri;
    }

    private async Task LimitAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = response.Content;
        var isStream = answer.Headers.ContentType?.MediaType == "text/event-stream";
        var limited = new StreamContent(new AnswerStream(await answer.ReadAsStreamAsync(cancellationToken), connection.Id, limits.MaxAnswerBytes, isStream));
        foreach (var (name, values) in answer.Headers)
            limited.Headers.TryAddWithoutValidation(name, values);

        response.Content = limited;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[MostOfAnError];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(body, 0, length);
    }
}
