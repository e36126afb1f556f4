namespace Flafka.Dataflow;

/// <summary>Implemented by options of components that share work with others of a group which a server keeps, such as a consumer group of Kafka.</summary>
public interface IGroupMember
{
    /// <summary>The group. The option of this property is the key to change.</summary>
    string GroupId { get; }

    /// <summary>The server that keeps it.</summary>
    string GroupServer { get; }

    /// <summary>What the component reads as a member.</summary>
    string Reads { get; }
}
