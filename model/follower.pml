/* A follower: looks without a lock, takes the checkpoint, reads in one statement, numbers what it
 * read and saves where it stands, in one transaction.
 */

byte crashes = CRASHES;

#define TURNED_UP(n) (gap[n] != 0 && fate[n] == committed)

/* As the query `look` finds work. */
#define OPEN(n) (gap[n] != 0)
#ifdef NO_LOOK_AT_GAPS
#define TO_DO(n) false
#else
#define TO_DO(n) (OPEN(n) && (fate[n] == committed || gap[n] == NO_FENCE_YET \
                              || gap[n] <= xmin || gap[n] >= xmax))
#endif
#define WORK (head > cursor || TO_DO(1) || TO_DO(2) || TO_DO(3) || TO_DO(4) || TO_DO(5))

/* Numbers behind the cursor, lowest first and at most BATCH, and those that turned up in gaps. */
inline read_rows()
{
    behind = 0;
    highest = 0;
    n = 1;
    do
    :: n > NUMBERS -> break
    :: else ->
        if
        :: TURNED_UP(n) -> row[n] = true
        :: n > cursor && fate[n] == committed && behind < BATCH ->
            row[n] = true;
            behind++;
            highest = n
        :: else
        fi;
        n++
    od;
    up_to = ((behind == BATCH || highest > up_to) -> highest : up_to)
}

inline give_number(n)
{
    must(every_event_is_numbered_once, !numbered[n]);
    numbered[n] = true;
    printf("follower %d: numbers the event of feed number %d\n", me, n);
    if
    :: version[n] != 0 ->
        versions_numbered++;
        must(versions_ascend, version[n] == versions_numbered)
    :: else
    fi
}

inline number_rows()
{
#ifdef NO_COMMON_ORDER
    n = cursor + 1;
    do
    :: n > NUMBERS -> break
    :: else ->
        if
        :: row[n] -> give_number(n)
        :: else
        fi;
        n++
    od;
    n = 1;
    do
    :: n > cursor || n > NUMBERS -> break
    :: else ->
#else
    n = 1;
    do
    :: n > NUMBERS -> break
    :: else ->
#endif
        if
        :: row[n] -> give_number(n)
        :: else
        fi;
        n++
    od
}

#ifdef NO_GAP_FENCE
#define OVER(n) (gap[n] != NO_FENCE_YET)
#else
#define OVER(n) (gap[n] <= read_xmin)
#endif
#ifdef FENCED_AT_SIGHT
#define FIRST_FENCE xid[me]
#else
#ifdef FENCED_BY_XMAX
#define FIRST_FENCE read_xmax
#else
#define FIRST_FENCE NO_FENCE_YET
#endif
#endif

inline advance()
{
    n = 1;
    do
    :: n > NUMBERS -> break
    :: else ->
        if
        :: row[n] -> gap[n] = 0
        :: !row[n] && gap[n] != 0 && gap[n] != NO_FENCE_YET && OVER(n) ->
            printf("follower %d: forgets %d\n", me, n);
            must(nothing_is_missed, fate[n] == burnt);
            gap[n] = 0
        :: !row[n] && (gap[n] == NO_FENCE_YET || (gap[n] != 0 && gap[n] >= read_xmax)) -> gap[n] = xid[me]
#ifndef NO_GAPS
        :: !row[n] && n > cursor && n <= up_to ->
            gap[n] = FIRST_FENCE;
            printf("follower %d: does not see %d, remembers it\n", me, n)
#endif
        :: else
        fi;
        n++
    od;
    if
    :: up_to > cursor -> cursor = up_to
    :: else
    fi
}

inline forget_read()
{
    n = 0;
    do
    :: n > NUMBERS -> break
    :: else -> row[n] = false; n++
    od;
    read_xmin = 0; read_xmax = 0; n = 0; up_to = 0; behind = 0; highest = 0
}

inline leave()
{
    forget_read();
    checkpoint_lock = 0;
    end_transaction(me)
}

#ifdef NO_CHECKPOINT_LOCK
#define TAKEN false
#else
#define TAKEN (checkpoint_lock != 0)
#endif

proctype Follower(byte me)
{
    bool row[NUMBERS + 1];
    byte n, up_to, behind, highest;

end:
    do
    :: atomic { WORK && !TAKEN -> up_to = head };
        if
        :: d_step { !TAKEN -> checkpoint_lock = me; begin(me) };
            d_step {
                read_rows();
#ifdef NO_COMMON_SNAPSHOT
                skip
            };
            d_step {
#endif
                read_xmin = xmin;
                read_xmax = xmax
            };
            if
#ifdef NO_COMMON_CHECKPOINT
            :: d_step { advance(); printf("follower %d: has saved its checkpoint\n", me) };
                if
                :: d_step { number_rows(); leave() }
                :: d_step {
                        crashes > 0 ->
                        crashes--;
                        printf("follower %d: is killed\n", me);
                        leave()
                    }
                fi
#else
            :: d_step { number_rows(); advance(); leave() }
            :: d_step { crashes > 0 -> crashes--; printf("follower %d: is undone\n", me); leave() }
#endif
            fi
        :: TAKEN -> up_to = 0
        fi
    od
}
