namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What can happen to a call on its way to the API server and back.</summary>
internal enum FaultKind
{
    /// <summary>It is answered with a status, and the API server never hears of it.</summary>
    Answer,

    /// <summary>It is held back for a while and then goes its way.</summary>
    Hold,

    /// <summary>Its connection breaks, and the API server never hears of it.</summary>
    CutRequest,

    /// <summary>The API server does what it says, and its connection breaks before the answer: did it happen?</summary>
    CutAnswer,

    /// <summary>The answer's body comes garbled.</summary>
    Garble,

    /// <summary>A watch begins and says at once that its version is too old.</summary>
    GoneInWatch,
}
