namespace Nos.Scheduling.Server.Controllers;

/// <summary>How far the victims of a claim have come, together.</summary>
internal enum VictimStanding
{
    /// <summary>One or more of them run and have not been told to go.</summary>
    Standing,

    /// <summary>All have been told, and one or more are still there.</summary>
    Terminating,

    /// <summary>None is there any more.</summary>
    Gone,
}
