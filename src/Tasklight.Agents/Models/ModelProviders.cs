using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Models;

/// <summary>
/// Opens models by their provider's name. Its clients stream, answer with <see cref="ModelException"/> when there is no answer, try again what
/// may pass (before the first piece of an answer only), and take no more memory and time than <see cref="ModelLimits"/> says.
/// </summary>
/// <param name="settings">The operator's keys and addresses. Default: the environment's.</param>
/// <param name="limits">Default: <see cref="ModelLimits"/>'s own.</param>
/// <param name="clock">Default: the system's.</param>
/// <param name="transport">What sends the requests. Default: connections that follow no redirect, since keys must not travel on.</param>
/// <param name="access">What addresses that agents name may be, other than those of the settings and the providers' own. Default: any.</param>
public sealed class ModelProviders(
    ModelSettings? settings = null, ModelLimits? limits = null, TimeProvider? clock = null, HttpMessageHandler? transport = null, ToolAccess? access = null) : IDisposable
{
    private readonly ModelSettings _settings = settings ?? ModelSettings.FromEnvironment;
    private readonly ModelLimits _limits = limits ?? new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly HttpMessageHandler _transport = transport ?? new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(15),
    };

    /// <summary>A client that answers as the choice says. It is light and need not be disposed.</summary>
    /// <exception cref="ModelException"><see cref="ModelFailure.NotConfigured"/>: the message names the setting.</exception>
    public IChatClient Open(ModelChoice choice)
    {
        var connection = ModelConnection.Of(choice, _settings);
        var http = new HttpClient(new ModelHttpHandler(connection, _limits, _clock, TransportTo(connection)), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        var client = connection.Provider == ModelConnection.Anthropic ? OpenAnthropic(connection, http) : OpenOpenAI(connection, http);
        return new RetryingChatClient(new ChosenChatClient(client, connection), connection, _limits, _clock);
    }

    /// <summary>What is known of the chosen model, with what the choice itself says.</summary>
    public static ModelInfo Describe(ModelChoice choice)
    {
        var known = KnownModels.Find(choice.Name);
        return known with { ContextWindow = choice.ContextWindow ?? known.ContextWindow, MaxOutput = choice.MaxTokens ?? known.MaxOutput };
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private HttpMessageHandler TransportTo(ModelConnection connection) => connection.IsTrusted || access is null ? _transport : access.Handler;

    private static IChatClient OpenAnthropic(ModelConnection connection, HttpClient http)
    {
        var client = new AnthropicClient(new ClientOptions
        {
            HttpClient = http,
            BaseUrl = connection.Address.GetLeftPart(UriPartial.Path).TrimEnd('/'),
            ApiKey = connection.Key ?? ModelHttpHandler.NoKey,
            MaxRetries = 0,
            // Told to the server; how long is waited is ModelLimits' business.
            Timeout = TimeSpan.FromDays(1),
        });
        return client.AsIChatClient(connection.Choice.Name);
    }

    private static OpenAIChatClient OpenOpenAI(ModelConnection connection, HttpClient http)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(connection.Address.GetLeftPart(UriPartial.Path)),
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        var client = new ChatClient(connection.Choice.Name, new ApiKeyCredential(connection.Key ?? ModelHttpHandler.NoKey), options);
        return new(client, connection);
    }
}
