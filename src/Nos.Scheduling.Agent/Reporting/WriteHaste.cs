namespace Nos.Scheduling.Agent.Reporting;

/// <summary>How soon a report is wanted, by what is new in it.</summary>
internal enum WriteHaste
{
    /// <summary>Who uses what: nobody waits for it, since a promise covers a slice until it is reported.</summary>
    Idle,

    /// <summary>Room became free, or something is wrong: pods may wait for a place.</summary>
    Soon,

    /// <summary>A spec was carried out or slices were made: a bind waits for it.</summary>
    Now,
}
