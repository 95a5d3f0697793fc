using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Registers the client for dependency injection.</summary>
public static class TasklightServiceCollectionExtensions
{
    /// <summary>The name of the HTTP client that is used.</summary>
    public const string HttpClientName = "Tasklight";

    private const string LogCategory = "Tasklight.Sdk";

    /// <summary>
    /// Adds <see cref="Tasks"/>, <see cref="Agents"/>, <see cref="Backend"/> and <see cref="Files"/>, each for any number of calls at once. The
    /// settings come from the environment, then from <paramref name="configure"/>, and are checked when the host starts. Calls and streams are
    /// logged under <c>Tasklight.Sdk</c> with ids, statuses and times; keys, leases, prompts and results never are.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The builder of the HTTP client, for handlers of your own.</returns>
    public static IHttpClientBuilder AddTasklightClient(this IServiceCollection services, Action<Configuration>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<Configuration>().ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<Configuration>, ConfigurationValidator>());
        services.TryAddSingleton(TransportOf);
        services.TryAddSingleton(provider => new Tasks(provider.GetRequiredService<Transport>()));
        services.TryAddSingleton(provider => new Agents(provider.GetRequiredService<Transport>()));
        services.TryAddSingleton(provider => new Backend(provider.GetRequiredService<Transport>()));
        services.TryAddSingleton(provider => new Files(provider.GetRequiredService<Transport>()));

        // The handler renews its connections by itself; time limits are set per call.
        return services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(SharedHttp.NewHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders([TasklightHeaders.ApiKey, TasklightHeaders.Lease]);
    }

    private static Transport TransportOf(IServiceProvider provider) => new(
        provider.GetRequiredService<IOptions<Configuration>>().Value,
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
        provider.GetService<TimeProvider>(),
        provider.GetService<ILoggerFactory>()?.CreateLogger(LogCategory));
}
