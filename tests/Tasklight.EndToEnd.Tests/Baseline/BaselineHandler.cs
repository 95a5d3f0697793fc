namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The function under <c>@on_task</c>. The token is cancelled when its process dies, and only then.</summary>
delegate Task<BaselineTask?> BaselineHandler(BaselineTask task, CancellationToken processEnd);
