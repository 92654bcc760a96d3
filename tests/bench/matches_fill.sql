-- Creators number FIRST to LAST - 1: a person, an account, two prices and an audience each.
-- Ids are hashes, so that they lie about as random ones do.
WITH made AS MATERIALIZED (
    SELECT i, md5('person' || i)::uuid AS person, md5('creator' || i)::uuid AS creator,
           md5('account' || i)::uuid AS account,
           random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
           (10 ^ (2.5 + 2.2 * random() + 0.6 * random()))::int AS followers,
           (ARRAY['SE','NO','DK','FI','DE','GB','FR','IT','US','ES'])[1 + (i * 7919 % 10)] AS home,
           (ARRAY['sv','no','da','fi','de','en','fr','it','en','es'])[1 + (i * 7919 % 10)] AS tongue,
           (ARRAY['hiking','coffee','fitness','vintage','tech','books','dogs','baking','gaming',
                  'skincare','travel','music','home','running','cooking','family'])
               [1 + (i * 104729 % 16)] AS topic
    FROM generate_series(FIRST::bigint, LAST::bigint - 1) AS i
), people_made AS (
    INSERT INTO people (id, email, name, kind, password_hash, theme, timezone, locale, wants_mail,
        created_at)
    SELECT person, 'bench' || i || '@example.org', 'Creator ' || i, 'creator', '!', 'auto',
        'Europe/Stockholm', 'en', false, now() FROM made
), creators_made AS (
    INSERT INTO creators (id, person_id, slug, name, about, country, city, languages, topics,
        also_about, is_available, created_at)
    SELECT creator, person, 'bench-' || i, 'Creator ' || i, '', home, '',
        jsonb_build_array(tongue), jsonb_build_array(topic), '[]', a > 0.03, now() FROM made
), accounts_made AS (
    INSERT INTO platform_accounts (id, creator_id, platform, handle, followers, engagements,
        posts_counted, sampled_followers, real_followers, sampled_comments, genuine_comments,
        created_at)
    SELECT account, creator, (ARRAY['instagram','tiktok','youtube'])[1 + i % 3], 'bench' || i,
        followers, (12 * followers * (0.01 + 0.08 * b * c))::int, 12, 200,
        (120 + 80 * d)::int, 100, (60 + 40 * e)::int, now() FROM made
), rates_made AS (
    INSERT INTO rates (id, creator_id, type, price_minor, currency, created_at)
    SELECT md5(kind || i)::uuid, creator, kind,
        greatest(1000, (part * followers * (0.5 + 2 * d * a))::int), 'eur', now()
    FROM made, (VALUES ('reel', 1.0), ('story', 0.4), ('post', 0.7)) AS asked (kind, part)
    WHERE e > 0.1
)
INSERT INTO audiences (id, account_id, provenance, format, file_name, taken_on, dimensions, figures,
    created_at)
SELECT md5('audience' || i)::uuid, account, 'file', 'csv', '', current_date - (90 * c)::int,
    jsonb_build_object(
        'country', jsonb_build_object('n', 1000, 'cells', jsonb_build_object(
            home, round((0.2 + 0.6 * b)::numeric, 4), CASE home WHEN 'US' THEN 'GB' ELSE 'US' END,
            round((0.1 * a)::numeric, 4), 'BR', round((0.08 * d)::numeric, 4))),
        'age_gender', jsonb_build_object('n', 1000, 'cells', jsonb_build_object(
            '18-24:female', round((0.3 * a)::numeric, 4), '25-34:female',
            round((0.3 * d)::numeric, 4), '35-44:female', round((0.15 * e)::numeric, 4),
            '25-34:male', round((0.15 * b)::numeric, 4), '35-44:male',
            round((0.1 * c)::numeric, 4))),
        'language', jsonb_build_object('n', 1000, 'cells', jsonb_build_object(
            tongue, round((0.3 + 0.5 * c)::numeric, 4))),
        'interest', jsonb_build_object('n', 1000, 'cells', jsonb_build_object(
            topic, round((0.1 + 0.4 * e)::numeric, 4), 'travel' || '', round((0.1 * d)::numeric, 4))))
    , '{}', now()
FROM made
