using System.Collections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Api;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Events;
using Tasklight.Server.Files;
using Tasklight.Server.Logins;
using Tasklight.Server.Runtime;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Hosting;

/// <summary>The composition root: settings, services, pipeline, routes, in that order.</summary>
static class TasklightServer
{
    /// <summary>The most bytes of a request's first line, and of its headers together.</summary>
    public const int MaxRequestHead = 64 * 1024;

    static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(2.5);

    /// <summary>Runs the server until it is told to stop. Exit codes: 0 stopped, 1 could not start, 2 wrong settings.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h" or "-?"] or ["--version"])
        {
            await output.WriteLineAsync(args[0] == "--version" ? HelpText.Version : HelpText.Full());
            return 0;
        }

        try
        {
            await using var app = Build(args);
            await app.StartAsync();
            app.Services.GetRequiredService<Banner>().Show(output);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (SettingsException problem)
        {
            await errors.WriteLineAsync(problem.Message);
            return 2;
        }
        catch (Exception problem) when (Sentence(problem) is { } sentence)
        {
            await errors.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <summary>The whole server, not yet started.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="forTests">Last word on the services: a test's clock, say.</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="StartupException">The data directory cannot be taken.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? forTests = null)
    {
        var settings = SettingsReader.Read(args, Variables());
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        ConfigureHost(builder, settings.Options);

        var data = DataDirectory.Open(settings.Options.Data);
        builder.Services.AddSingleton(_ => data);
        AddServices(builder.Services, settings);
        forTests?.Invoke(builder);

        var app = builder.Build();
        UsePipeline(app);
        MapRoutes(app);
        return app;
    }

    static void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(settings.Options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Readiness>();
        services.AddSingleton<Banner>();
        services.AddHostedService<Startup>();
        // Startup steps run in this order.
        services.AddTasklightStorage();
        services.AddTasklightAccess(settings.Options);
        services.AddTasklightAgents();
        services.AddTasklightFiles(settings.Options);
        services.AddTasklightEvents();
        services.AddTasklightDispatch();
        services.AddTasklightLogins();
        services.AddTasklightRuntime();
        services.AddTasklightApi();
    }

    static void UsePipeline(WebApplication app)
    {
        app.UseMiddleware<OrganizationPrefix>();
        app.UseTasklightApi();
        app.UseMiddleware<ReadinessGate>();
        app.UseRouting();
        app.UseMiddleware<Gate>();
    }

    static void MapRoutes(WebApplication app)
    {
        app.MapHealth();
        app.MapAgents();
        app.MapAgentsV1();
        app.MapModels();
        app.MapFiles();
        app.MapKeys();
        app.MapOrganizations();
        app.MapTasklightApi();
        app.MapTasklightEvents();
        app.MapWorkers();
        app.MapWhy();
    }

    static void ConfigureHost(WebApplicationBuilder builder, TasklightOptions options)
    {
        // Settings come from one place: no appsettings.json, no ASPNETCORE_ variables.
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls(options.Urls.Split(';'));
        // Handlers wait for nothing but the store, so they may run where the socket's event arrives: two changes of thread less a request.
        builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxConcurrentConnections = null;
            kestrel.Limits.MaxConcurrentUpgradedConnections = null;
            kestrel.Limits.MaxRequestBodySize = options.Limits.Create;
            kestrel.Limits.MaxRequestLineSize = MaxRequestHead; // A path that is too long still gets an answer that names it.
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxRequestHead;
            kestrel.Limits.MinResponseDataRate = null; // A stream's own queue decides when a reader is too slow.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownTime);

        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(static console => console.FormatterName = LineFormatter.FormatterName).AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Logging.SetMinimumLevel(options.LogLevel);

        // It writes the query of every request, where signatures of links and codes of logins are.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        if (options.LogLevel >= LogLevel.Information)
        {
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
            builder.Logging.AddFilter("System", LogLevel.Warning);

            // What its own workers do is in the tasks.
            builder.Logging.AddFilter("Tasklight.Worker", LogLevel.Warning);

            // It writes every failure to start as a stack trace; the sentence is enough.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        }
    }

    static string? Sentence(Exception problem) => problem switch
    {
        StartupException => problem.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{problem.Message} Choose another address with --urls.",
        AggregateException { InnerException: { } inner } => Sentence(inner),
        _ => null,
    };

    static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
