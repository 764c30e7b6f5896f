<?php
// With the extension phpredis (Debian: php-redis). Adds to the stream; see the last line for a channel.
$redis = new Redis();
$redis->connect(getenv('REDIS_HOST') ?: '127.0.0.1', (int) (getenv('REDIS_PORT') ?: 6379), 2.0);

function message(string $command, array $values, ?string $host = null): string
{
    return json_encode(
        array_filter(['command' => $command, 'host' => $host, 'value' => $values, 'id' => bin2hex(random_bytes(16))]),
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR,
    );
}

$redis->xAdd('towncrier', '*', ['message' => message('purge', ['/news/42'], 'www.example.org')], 100000, true);
$redis->xAdd('towncrier', '*', ['message' => message('xkey', ['article-42'])], 100000, true);
// $redis->publish('varnish.purge', message('xkey', ['article-42'])); // how many received it
