/* A statement that was sent and whose answer is lost: the server carries it out later, or never. */

mtype flying;                /* the statement in flight, 0: none */
byte flying_attempt;
byte flying_claim;
byte flying_of;
bool flying_later;
bool flying_cancels;

inline landed()
{
    flying = 0; flying_attempt = 0; flying_claim = 0; flying_of = 0; flying_later = false;
    flying_cancels = false
}
