namespace Tasklight.Server.Access;

/// <summary>The organization of the first start; its admins run the deployment. Set by <see cref="Bootstrap"/>.</summary>
sealed class RootOrganization
{
    public string Id { get; set; } = "";
}
