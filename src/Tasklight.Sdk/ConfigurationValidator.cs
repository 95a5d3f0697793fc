using System.Net;
using Microsoft.Extensions.Options;

namespace Tasklight.Sdk;

/// <summary>Says everything that is wrong with the settings at once.</summary>
internal sealed class ConfigurationValidator : IValidateOptions<Configuration>
{
    /// <summary>What is wrong with a user name and password in the address; they are not shown.</summary>
    public const string HasUserInfo = $"{nameof(Configuration.BaseUrl)} holds a user name or password, which nobody would be sent: leave them out.";

    // What timers can count.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(24);

    public ValidateOptionsResult Validate(string? name, Configuration options)
    {
        List<string> problems = [];
        if (string.IsNullOrEmpty(options.ApiKey))
        {
            problems.Add($"No {nameof(Configuration.ApiKey)}: set it, or the environment variable TASKLIGHT_API_KEY.");
        }

        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            problems.Add($"{nameof(Configuration.BaseUrl)} '{options.BaseUrl}' is not an http or https address: set it, or the environment variable TASKLIGHT_BASE_URL.");
        }
        else if (address.UserInfo.Length > 0)
        {
            problems.Add(HasUserInfo);
        }

        problems.AddRange(ProblemsOfLimits(options));
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    /// <summary>Checks settings that no host has checked.</summary>
    /// <exception cref="ModuleException">400: a setting is missing or makes no sense; the message names all of them.</exception>
    public static void Require(Configuration configuration)
    {
        if (new ConfigurationValidator().Validate(name: null, configuration) is { Failed: true } result)
        {
            throw new ModuleException(400, string.Join(' ', result.Failures!));
        }
    }

    /// <summary>Checks the limits of settings that no host has checked.</summary>
    /// <exception cref="ModuleException">400: a limit makes no sense; the message names all that do not.</exception>
    public static void RequireLimits(Configuration configuration)
    {
        var problems = string.Join(' ', ProblemsOfLimits(configuration));
        if (problems.Length > 0)
        {
            throw new ModuleException(400, problems);
        }
    }

    private static IEnumerable<string> ProblemsOfLimits(Configuration options)
    {
        if (options.Timeout <= TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan)
        {
            yield return $"{nameof(Configuration.Timeout)} is {options.Timeout}: it must be more than zero.";
        }

        if (options.Timeout > LongestTime)
        {
            yield return $"{nameof(Configuration.Timeout)} is {options.Timeout}: it must be at most {LongestTime.Days} days, or Timeout.InfiniteTimeSpan for no limit.";
        }

        if (options.RetryFor < TimeSpan.Zero)
        {
            yield return $"{nameof(Configuration.RetryFor)} is {options.RetryFor}: it must not be less than zero.";
        }

        if (options.RetryAttempts < 1)
        {
            yield return $"{nameof(Configuration.RetryAttempts)} is {options.RetryAttempts}: it must be 1 or more, or null for no limit.";
        }

        if (options.RetryFirstDelay <= TimeSpan.Zero)
        {
            yield return $"{nameof(Configuration.RetryFirstDelay)} is {options.RetryFirstDelay}: it must be more than zero.";
        }

        if (options.RetryLongestDelay < options.RetryFirstDelay)
        {
            yield return $"{nameof(Configuration.RetryLongestDelay)} is {options.RetryLongestDelay}: "
                + $"it must not be less than {nameof(Configuration.RetryFirstDelay)}, which is {options.RetryFirstDelay}.";
        }

        if (options.RetryLongestDelay > LongestTime)
        {
            yield return $"{nameof(Configuration.RetryLongestDelay)} is {options.RetryLongestDelay}: it must be at most {LongestTime.Days} days.";
        }

        foreach (var host in options.AllowedFileHosts.Where(host => string.IsNullOrWhiteSpace(host) || (host.Contains('/', StringComparison.Ordinal) && !IPNetwork.TryParse(host, out _))))
        {
            yield return $"{nameof(Configuration.AllowedFileHosts)} has '{host}', which is neither a host name, nor an address, nor a network such as 10.1.0.0/16.";
        }

        if (options.LargestFile < 1)
        {
            yield return $"{nameof(Configuration.LargestFile)} is {options.LargestFile}: it must be 1 byte or more.";
        }
    }
}
