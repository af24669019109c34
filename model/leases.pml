/* The lease of one worker, and the reconciler that judges by it: time passes in ticks, in each of
 * which a worker that can renews, and the reconciler looks.
 *
 * What a lease says too early is made harmless by the fence (attempts.pml). Here: it says nothing
 * too early of a worker that lives, also when the database was away, and nothing too late.
 */

#ifndef RUNS
#define RUNS 2               /* attempts that the worker takes, one after the other */
#endif
#ifndef OUTAGES
#define OUTAGES 2            /* of the database, of any length */
#endif
#ifndef RENEW
#define RENEW 1              /* ticks between renewals */
#endif
#ifndef EXPIRE
#define EXPIRE 3             /* ticks that a renewal is good for */
#endif
#ifndef WITHOUT
#define WITHOUT 4            /* ticks that an attempt may be held without a lease */
#endif
#define LONGEST (WITHOUT + 1)

#ifdef ONLY
#define WATCHED false
#else
#define WATCHED true
#endif
bool no_living_run_is_closed = WATCHED;
bool a_lost_run_is_closed_in_time = WATCHED;

#define must(property, condition) assert((condition) || !property)

/* The worker. */
bool alive = true;
bool hand;                   /* it has a message: the task is on its list */
bool tried;                  /* a child has claimed it, or was refused */
byte runs = RUNS;
bool renewing, list;         /* what the renewal on its way says */
byte since_renewal = RENEW;

/* The database. */
bool up = true;
byte outages = OUTAGES;
bool held;                   /* the attempt is started and has not ended */
byte held_for;
bool leased, live, live_before;
byte expires_in, renewals;   /* renewals since the attempt began, two for more */

byte watched_for;            /* the reconciler, since it found the database away or began */
bool forgotten;              /* the worker has lost the attempt and lives */
byte lost_for;

#ifdef NO_SECOND_RENEWAL
#define NOT_NAMED (renewals >= 1 && !live)
#else
#define NOT_NAMED (renewals >= 2 && !live && !live_before)
#endif
#ifdef NO_WATCH
#define COULD_RENEW true
#else
#define COULD_RENEW (watched_for >= EXPIRE)
#endif
#ifdef NO_TIME_WITHOUT_LEASE
#define LATE_WITHOUT true
#else
#ifdef NO_WATCH_WITHOUT_LEASE
#define LATE_WITHOUT (held_for >= WITHOUT)
#else
#define LATE_WITHOUT (held_for >= WITHOUT && watched_for >= EXPIRE)
#endif
#endif
#ifdef NO_EXPIRY
#define EXPIRED false
#else
#define EXPIRED (expires_in == 0 && COULD_RENEW)
#endif
#ifdef NO_LIST
#define FORGOTTEN false
#else
#define FORGOTTEN (expires_in > 0 && NOT_NAMED)
#endif
/* As the query `lost_attempts`. */
#define LOST (held && (leased -> EXPIRED || FORGOTTEN : LATE_WITHOUT))

#define AT_MOST(x, most) ((x) < (most) -> (x) + 1 : (most))

inline look()
{
    if
    :: LOST ->
        printf("the reconciler closes the attempt\n");
        must(no_living_run_is_closed, !alive || forgotten);
        held = false;
        held_for = 0;
        forgotten = false
    :: else
    fi
}

inline pass_time()
{
    since_renewal = AT_MOST(since_renewal, RENEW);
    held_for = (held -> AT_MOST(held_for, WITHOUT) : 0);
    expires_in = (expires_in > 0 -> expires_in - 1 : 0);
    if
    :: up ->
        watched_for = AT_MOST(watched_for, EXPIRE);
        look();
        lost_for = (held && (!alive || forgotten && !hand) -> lost_for + 1 : 0);
        must(a_lost_run_is_closed_in_time, lost_for < LONGEST);
        lost_for = (lost_for < LONGEST -> lost_for : LONGEST)
    :: else -> lost_for = 0
    fi
}

init {
#ifdef ONLY
    ONLY = true;
#endif
    do
    /* A message is on the worker's list before a child can see it, and until the child is done. */
    :: d_step {
            alive && !hand && runs > 0 ->
            hand = true;
            runs--;
            printf("the worker has a message\n")
        }
    :: d_step {
            up && hand && !tried && !held ->
            held = true; held_for = 0; renewals = 0; tried = true; lost_for = 0;
            printf("a child claims it\n")
        }
    :: d_step {
            up && held ->
            held = false;
            held_for = 0;
            forgotten = false;
            printf("the attempt ends\n")
        }
    :: d_step {
            up && hand && held && forgotten ->
            hand = false;
            lost_for = 0;
            printf("another message is refused\n")
        }
    :: d_step {
            alive && hand && tried && !held ->
            hand = false;
            tried = false;
            printf("the worker is done with it\n")
        }
    :: d_step {
            alive && hand && held && !forgotten ->
            forgotten = true;
            hand = false;
            tried = false;
            lost_for = 0;
            printf("the worker loses it\n")
        }
    :: d_step {
            alive ->
            alive = false;
            renewing = false;
            lost_for = 0;
            printf("the worker dies\n")
        }

    :: d_step {
            alive && !renewing ->
            renewing = true;
            list = hand;
            printf("the worker writes its list: %d\n", list)
        }
    :: d_step {
            renewing && up ->
            live_before = live; live = list; leased = true;
            expires_in = EXPIRE; since_renewal = 0;
            renewals = AT_MOST(renewals, 2);
            renewing = false; list = false;
            printf("the lease is renewed\n")
        }
    :: d_step { renewing && !up -> renewing = false; list = false }

    :: d_step { up && outages > 0 -> outages--; up = false; printf("the database goes away\n") }
    :: d_step { !up -> up = true; watched_for = 0; lost_for = 0; printf("the database is back\n") }

    :: d_step { up && LOST -> look() }
    :: d_step { !(alive && up && since_renewal >= RENEW) -> printf("time passes\n"); pass_time() }
    od
}
