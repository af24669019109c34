/* One shard's feed: numbers taken before their transactions commit, and followers that share a
 * checkpoint and number what they see.
 *
 * Transaction ids, snapshots (xmin, xmax) and the sequence are PostgreSQL's.
 */

#ifndef WRITERS
#define WRITERS 3
#endif
#ifndef FOLLOWERS
#define FOLLOWERS 2
#endif
#ifndef TWICE
#define TWICE 0              /* the writer that writes a second event, in a transaction of its own */
#endif
#ifndef BATCH
#define BATCH 2              /* events behind the cursor that one tick reads */
#endif
#ifndef CRASHES
#define CRASHES 1            /* ticks that end without a commit */
#endif
#ifndef LONG
#define LONG 0               /* transactions that have nothing to do with it */
#endif
#ifndef TOGETHER
#define TOGETHER 2           /* writers 1 to here write about the same task */
#endif
#define NUMBERS 5
#define SESSIONS (WRITERS + FOLLOWERS + LONG + 1)

#ifdef ONLY
#define WATCHED false
#else
#define WATCHED true
#endif
bool nothing_is_missed = WATCHED;
bool every_event_is_numbered_once = WATCHED;
bool versions_ascend = WATCHED;
bool nothing_stays_to_be_done = WATCHED;

#define must(property, condition) assert((condition) || !property)

mtype = { untaken, taken, committed, burnt };

/* The cluster. */
byte next_xid = 2;
byte last_ended;             /* the highest transaction id that has ended */
byte xid[SESSIONS];          /* of each session's open transaction; 0: none */
byte xmin = 1, xmax = 1;     /* of a snapshot taken now */
byte read_xmin, read_xmax;   /* of the read of the follower that holds the checkpoint */
byte session;
byte rank[32];
byte head;                   /* the sequence */
mtype fate[NUMBERS + 1] = untaken;
byte version[NUMBERS + 1];   /* within the task; 0: another task's event */
byte last_version;
byte task_lock;

/* The checkpoint. */
byte cursor;
byte gap[NUMBERS + 1];       /* 0: none; otherwise its fence */
#define NO_FENCE_YET 255
byte checkpoint_lock;

/* What the followers have made of it. */
bool numbered[NUMBERS + 1];
byte versions_numbered;

/* Only the order of transaction ids matters: so that states meet again, those in use are numbered
 * anew, by twos, since one more than the highest that has ended may lie between two of them.
 */
#define mark(id) rank[id] = 1

inline renumber()
{
    mark(last_ended); mark(read_xmin); mark(read_xmax);
    session = 1;
    do
    :: session == SESSIONS -> break
    :: else -> mark(xid[session]); session++
    od;
    session = 1;
    do
    :: session > NUMBERS -> break
    :: else ->
        if
        :: gap[session] != NO_FENCE_YET -> mark(gap[session])
        :: else
        fi;
        session++
    od;
    rank[0] = 0;
    next_xid = 0;
    session = 1;
    do
    :: session == 32 -> break
    :: else ->
        if
        :: rank[session] != 0 -> next_xid = next_xid + 2; rank[session] = next_xid
        :: else
        fi;
        session++
    od;
    next_xid = next_xid + 2;
    last_ended = rank[last_ended];
    read_xmin = rank[read_xmin]; read_xmax = rank[read_xmax];
    session = 1;
    do
    :: session == SESSIONS -> break
    :: else -> xid[session] = rank[xid[session]]; session++
    od;
    session = 1;
    do
    :: session > NUMBERS -> break
    :: else ->
        if
        :: gap[session] != NO_FENCE_YET -> gap[session] = rank[gap[session]]
        :: else
        fi;
        session++
    od;
    session = 0;
    do
    :: session == 32 -> break
    :: else -> rank[session] = 0; session++
    od
}

/* xmin is the lowest that has not ended, xmax one above the highest that has. */
inline look_at_transactions()
{
    xmax = last_ended + 1;
    xmin = xmax;
    session = 1;
    do
    :: session == SESSIONS -> break
    :: else ->
        if
        :: xid[session] != 0 && xid[session] < xmin -> xmin = xid[session]
        :: else
        fi;
        session++
    od;
    session = 0
}

inline begin(who)
{
    xid[who] = next_xid;
    next_xid = next_xid + 2;
    renumber();
    look_at_transactions()
}

inline end_transaction(who)
{
    if
    :: xid[who] > last_ended -> last_ended = xid[who]
    :: else
    fi;
    xid[who] = 0;
    renumber();
    look_at_transactions()
}

inline take_number()
{
#ifdef CACHED_NUMBERS
    if
    :: cached != 0 -> number = cached; cached = 0
    :: else ->
        head++;
        number = head;
        if
        :: TWICE == me -> head++; cached = head; fate[cached] = taken
        :: else
        fi
    fi;
#else
    head++;
    number = head;
#endif
    fate[number] = taken;
    if
    :: me <= TOGETHER -> version[number] = last_version + 1
    :: else
    fi;
    printf("writer %d: takes number %d\n", me, number)
}

inline finish()
{
    end_transaction(me);
    number = 0;
    if
    :: me <= TOGETHER -> task_lock = 0
    :: else
    fi
}

#include "follower.pml"

proctype Writer(byte me)
{
    byte number, cached;
    bool again = (TWICE == me);

next:
    skip;
    d_step {
        me > TOGETHER || task_lock == 0 ->
        if
        :: me <= TOGETHER -> task_lock = me
        :: else
        fi;
#ifdef NO_TRANSACTION_ID_FIRST
        take_number()
    }
    d_step {
        begin(me);
        printf("writer %d: draws a transaction id\n", me)
    }
#else
        begin(me);
        printf("writer %d: draws a transaction id\n", me)
    }
    d_step {
        take_number()
    }
#endif
    if
    :: d_step {
            fate[number] = committed;
            if
            :: me <= TOGETHER -> last_version++
            :: else
            fi;
            printf("writer %d: commits number %d\n", me, number);
            finish()
        }
    :: d_step {
            fate[number] = burnt;
            printf("writer %d: is rolled back\n", me);
            finish()
        }
    fi;
    if
    :: again -> again = false; goto next
    :: else ->
        d_step {
            if
            :: cached != 0 -> fate[cached] = burnt; cached = 0
            :: else
            fi
        }
    fi
}

proctype Unrelated(byte me)
{
    d_step { begin(me); printf("unrelated: draws a transaction id\n") };
    d_step { end_transaction(me); printf("unrelated: ends\n") }
}



/* Whether number n has not got what it should have at rest. */
#define MISSED(n) (fate[n] == committed && !numbered[n])

init {
    d_step {
#ifdef ONLY
        ONLY = true;
#endif
        skip
    }
    atomic {
        run Writer(1);
        run Writer(2);
#if WRITERS > 2
        run Writer(3);
#endif
        run Follower(WRITERS + 1);
#if FOLLOWERS > 1
        run Follower(WRITERS + 2);
#endif
#if LONG > 0
        run Unrelated(SESSIONS - 1)
#endif
    }
    timeout ->
    must(nothing_is_missed, !MISSED(1) && !MISSED(2) && !MISSED(3) && !MISSED(4) && !MISSED(5));
    must(nothing_stays_to_be_done, cursor == head && !WORK && !OPEN(1) && !OPEN(2) && !OPEN(3) && !OPEN(4) && !OPEN(5))
}
