/* One task: attempts, claims, messages, cancel, lost workers, redispatch, answers, power cuts.
 *
 * Each fault strikes at any moment, at most so often as is defined here, until it is calm. There is
 * no cycle (checked on its own), so every run comes to rest; then the task has ended.
 */

#ifndef KILLS
#define KILLS 0              /* workers killed */
#endif
#ifndef LOST
#define LOST 0               /* statements without an answer */
#endif
#ifndef DUPLICATES
#define DUPLICATES 0         /* messages delivered again, also long after */
#endif
#ifndef LOSSES
#define LOSSES 0             /* messages that the broker loses */
#endif
#ifndef EARLY
#define EARLY 0              /* messages of the awaited attempt before it is due */
#endif
#ifndef SUSPICIONS
#define SUSPICIONS 0         /* living workers taken for lost */
#endif
#ifndef CODELESS
#define CODELESS 0           /* deliveries to a worker without the task's code */
#endif
#ifndef HOPELESS
#define HOPELESS 0           /* dispatches that the broker refuses for good */
#endif
#ifndef POWER_CUTS
#define POWER_CUTS 0
#endif
#ifndef EXPIRES
#define EXPIRES 0
#endif
#ifndef CANCELS
#define CANCELS 0
#endif

byte kills = KILLS, lost = LOST, codeless = CODELESS, suspicions = SUSPICIONS;
bool calm;                   /* no more faults */
bool expired;
byte redispatched;           /* dispatches of the awaited attempt beyond its first */
byte seen;                   /* the claim that the reconciler is about to close */

#include "ledger.pml"
#include "flight.pml"
#include "disk.pml"
#include "worker.pml"

#define LIVES(c) (mine[1] == (c) || mine[WORKERS] == (c))

/* A dispatch is due when its attempt is. */
#define SENDABLE(a) (outbox[a] > 0 && (attempt != (a) - 1 || due))

proctype Relay()
{
    mtype out;
    byte a;
    byte hopeless = HOPELESS;
end:
    do
    :: atomic {
            SENDABLE(1) ->
            outbox[1]--;
            in_broker[1]++;
            was_sent[1] = true;
            printf("relay: publishes attempt 1\n")
        }
    :: atomic {
            SENDABLE(2) ->
            outbox[2]--;
            in_broker[2]++;
            was_sent[2] = true;
            printf("relay: publishes attempt 2\n")
        }
    :: atomic {
            !calm && hopeless > 0 && (SENDABLE(1) || SENDABLE(2)) ->
            hopeless--;
            if
            :: SENDABLE(1) -> a = 1
            :: SENDABLE(2) -> a = 2
            fi
        };
        append(RELAY, out, failed, a, 0, false, false);
        atomic { outbox[a]--; a = 0; out = 0 }
    od
}

/* A dispatch too many, as when the queue is long, is one of DUPLICATES. */
#define GONE(a) (outbox[a] == 0 && in_broker[a] == 0 && hand[1] != (a) && hand[WORKERS] != (a))

proctype Redispatch()
{
end:
    do
    :: atomic {
            message && WAITING && due && GONE(attempt + 1) && redispatched < 2 ->
            redispatched++;
            outbox[attempt + 1]++;
            printf("redispatch: dispatches attempt %d again\n", attempt + 1)
        }
    od
}

inline close_seen()
{
    append(RECONCILER, out, retrying, a, seen, false, false);
    if
    :: out == exhausted || out == cancelled ->
        append(RECONCILER, out, failed, a, seen, (out == cancelled), false)
    :: else
    fi;
    atomic { seen = 0; a = 0; out = 0 }
}

/* The reconciler, or the main process of the worker whose child is gone. */
proctype Reconciler()
{
    mtype out;
    byte a;
end:
    do
    :: atomic { HELD && !LIVES(claim) -> seen = claim; a = attempt }; close_seen()
    :: atomic {
            !calm && suspicions > 0 && HELD && LIVES(claim) ->
            suspicions--;
            seen = claim;
            a = attempt;
            printf("reconciler: takes claim %d for lost\n", seen)
        };
        close_seen()
    od
}

/* Ends a waiting task whose time is over; the attempt is that of the read model. */
proctype Expiry()
{
    mtype out;
    byte a;
end:
    do
    :: atomic { expired && WAITING -> a = attempt + 1 };
        append(EXPIRY, out, failed, a, 0, false, false);
        atomic { a = 0; out = 0 }
    od
}

proctype Canceller()
{
    if
    :: atomic {
            FREE && !ENDED ->
            cancel = true;
            printf("a cancel is accepted\n");
#ifndef NO_CANCEL_OF_WAITING
            if
            :: WAITING -> state = failed
            :: else
            fi;
#endif
            flush()
        }
    :: ENDED
    fi
}

/* Time, the broker's and the server's faults. */
proctype Surroundings()
{
    byte duplicates = DUPLICATES, losses = LOSSES, early = EARLY, power_cuts = POWER_CUTS;
    do
    :: atomic {
            !ENDED && duplicates > 0 && was_sent[1] ->
            duplicates--;
            in_broker[1]++;
            printf("attempt 1's message again\n")
        }
    :: atomic {
            !ENDED && duplicates > 0 && was_sent[2] ->
            duplicates--;
            in_broker[2]++;
            printf("attempt 2's message again\n")
        }
    :: atomic {
            losses > 0 && in_broker[1] > 0 ->
            losses--;
            in_broker[1]--;
            printf("attempt 1's message is lost\n")
        }
    :: atomic {
            losses > 0 && in_broker[2] > 0 ->
            losses--;
            in_broker[2]--;
            printf("attempt 2's message is lost\n")
        }
    :: atomic {
            early > 0 && WAITING && !due && attempt < LIMIT ->
            early--;
            in_broker[attempt + 1]++;
            printf("attempt %d's message comes early\n", attempt + 1)
        }
#if POWER_CUTS > 0
    :: atomic {
            power_cuts > 0 ->
            power_cuts--;
            must(an_answered_end_stays, !end_answered || disk_state == completed || disk_state == failed);
            restart();
            printf("power cut: %e, attempt %d\n", state, attempt)
        }
#endif
    :: calm = true; break
    od
}

proctype Clock()
{
end:
    do
    :: atomic {
            WAITING && !due -> due = true;
#if POWER_CUTS > 0
            disk_due = true
#endif
        }
#if EXPIRES > 0
    :: atomic { !expired && !ENDED -> expired = true }
#endif
#if POWER_CUTS > 0
    :: atomic { DISK_BEHIND -> flush() }
#endif
    od
}

init {
    atomic {
#ifdef ONLY
        ONLY = true;
#endif
#ifdef COUNTDOWN
        due = false;
#else
        due = true;
#endif
#ifdef NO_COMMON_OUTBOX
        if
        :: message = true; outbox[1] = 1
        :: printf("the route is killed before it stores the message\n")
        fi;
#else
        message = true;
        outbox[1] = 1;
#endif
        flush();
        run Worker(1);
        run Worker(2);
        run Relay();
        run Clock();
        run Surroundings();
#ifndef NO_RECONCILER
        run Reconciler();
#endif
#ifndef NO_REDISPATCH
        run Redispatch();
#endif
#if LOST > 0
        run Server();
#endif
#if EXPIRES > 0
        run Expiry();
#endif
#if CANCELS > 0
        run Canceller();
#endif
    }
    timeout -> must(every_task_ends, ENDED)
}
