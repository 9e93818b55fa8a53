namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Makes NVML calls such that every way to fail is a code: also a library that is not there, and one that is too old.</summary>
internal static class NvmlCall
{
    /// <summary>Makes the call.</summary>
    /// <param name="call">One call of <see cref="NvmlLibrary"/>.</param>
    /// <returns>Its code; <see cref="NvmlReturn.LibraryNotFound"/> without library, <see cref="NvmlReturn.FunctionNotFound"/> without symbol.</returns>
    internal static NvmlReturn Try(Func<NvmlReturn> call)
    {
        try
        {
            return call();
        }
        catch (Exception unloadable) when (unloadable is DllNotFoundException or BadImageFormatException)
        {
            return NvmlReturn.LibraryNotFound;
        }
        catch (EntryPointNotFoundException)
        {
            return NvmlReturn.FunctionNotFound;
        }
    }

    /// <summary>Makes the call, which must succeed.</summary>
    /// <param name="name">NVML's name of it, for the message.</param>
    /// <param name="call">One call of <see cref="NvmlLibrary"/>.</param>
    /// <exception cref="NvmlException">It did not.</exception>
    internal static void Check(string name, Func<NvmlReturn> call)
    {
        var code = Try(call);
        if (code != NvmlReturn.Success)
        {
            throw new NvmlException(name, code);
        }
    }
}
