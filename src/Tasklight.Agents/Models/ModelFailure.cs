namespace Tasklight.Agents.Models;

/// <summary>Why a model gave no answer.</summary>
public enum ModelFailure
{
    /// <summary>No provider, model, address or key; the message names the setting.</summary>
    NotConfigured,

    /// <summary>The provider refuses the key.</summary>
    KeyRefused,

    /// <summary>The provider does not know the model.</summary>
    UnknownModel,

    /// <summary>The request is longer than the model's window: compact the session and ask again.</summary>
    ContextTooLong,

    /// <summary>The provider refuses the request for another reason, for instance an account without credit.</summary>
    Refused,

    /// <summary>Too many requests, still after every retry.</summary>
    RateLimited,

    /// <summary>The provider could not be reached, failed or fell silent, still after every retry.</summary>
    Unavailable,

    /// <summary>The answer could not be read, or ended in its middle, for whatever passing reason. The same request may be made again.</summary>
    BrokenAnswer,

    /// <summary>The answer is larger than <see cref="ModelLimits.MaxAnswerBytes"/>.</summary>
    AnswerTooLarge,
}
